-- By what a document or a picture of a completed session is known again, as keyed digests
-- (onboard/duplicates.hpp): whose it is stands before which session, so that one person's thousand
-- sessions are stepped over in one seek. They go with their session.
CREATE TABLE traces (
  trace BLOB NOT NULL,
  who BLOB NOT NULL,
  session BLOB NOT NULL,
  PRIMARY KEY (trace, who, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX traces_by_session ON traces (session);
-- What was found when the session was completed (journey/duplicates.hpp). NULL: nobody looked.
ALTER TABLE sessions ADD COLUMN duplicates TEXT;
