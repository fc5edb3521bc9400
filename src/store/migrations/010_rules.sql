-- Rules of decisions (journey/rules.hpp), each text once under its SHA-256. A session names those it
-- began under; one that began before this has none, and is decided by its skill's.
CREATE TABLE rules (
  digest BLOB NOT NULL PRIMARY KEY,
  text TEXT NOT NULL,
  first_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE sessions ADD COLUMN rules BLOB;

-- The audit trail holds a row for each decision now. Who looks at what was done by hand does not walk
-- through those, and the other way round.
CREATE INDEX audit_by_hand ON audit (tenant, serial) WHERE what <> 'session_decided';
CREATE INDEX audit_decisions ON audit (tenant, serial) WHERE what = 'session_decided';
