-- In which language letters are written: a code of base/words.hpp, empty where nobody chose one. An
-- invitation's own is a line of its subject; the letter carries what held when it was written.
ALTER TABLE organisations ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE letters ADD COLUMN language TEXT NOT NULL DEFAULT '';
