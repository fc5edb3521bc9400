-- What a picture says (journey/reading.hpp), as that text. NULL: nobody has looked at it.
ALTER TABLE uploads ADD COLUMN reading TEXT;
