-- Stand-in for src/store/migrations: the two tables an onboarding token touches, guessed from the
-- design (a grant, and the letter that carries it). It exists so that bench/sqlite_floor runs
-- before the store does; bench/run ignores it as soon as a migration is there, and says which
-- of the two it used. It is no schema of Limen's.
CREATE TABLE grants (
  id BLOB NOT NULL PRIMARY KEY,
  kind INTEGER NOT NULL,
  tenant BLOB NOT NULL,
  parent BLOB,
  subject TEXT NOT NULL,
  digest BLOB NOT NULL,
  may INTEGER NOT NULL,
  once INTEGER NOT NULL,
  spent INTEGER NOT NULL,
  misses INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  issued_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  revoked_ms INTEGER,
  successor BLOB
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX grants_by_digest ON grants (kind, digest);
CREATE INDEX grants_by_expiry ON grants (expires_ms);
CREATE TABLE letters (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  grant_id BLOB NOT NULL,
  recipient TEXT NOT NULL,
  body TEXT NOT NULL,
  state INTEGER NOT NULL,
  tries INTEGER NOT NULL,
  due_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX letters_by_due ON letters (state, due_ms);
