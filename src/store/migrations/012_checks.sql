-- An engine asked about the faces of a session (onboard/check.hpp). They go with their session, so
-- that a repeated answer is known for as long as it can matter.
CREATE TABLE checks (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  session BLOB NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  deadline_ms INTEGER NOT NULL,
  answer BLOB,
  error TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX checks_due ON checks (due_ms, id) WHERE state < 2;
CREATE INDEX checks_by_session ON checks (session);
-- What came of it (journey/faces.hpp). NULL: nobody was to be asked.
ALTER TABLE sessions ADD COLUMN faces TEXT;
