-- Answers given again to a request sent again under its Idempotency-Key (onboard/repeat.hpp). Only
-- who sends that header costs a row; `row` and `request` are keyed hashes, `locked` is encrypted.
CREATE TABLE answers (
  row BLOB NOT NULL PRIMARY KEY,
  request BLOB NOT NULL,
  locked BLOB NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_end ON answers (until_ms);
