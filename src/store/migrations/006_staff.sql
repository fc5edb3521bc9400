-- The console: who may sign in, who is signed in, what was changed by whom, how pages look, and
-- when a key was last used. Nothing here is on the way of an invitation or a session.
CREATE TABLE staff (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role INTEGER NOT NULL,
  state INTEGER NOT NULL,
  password TEXT NOT NULL,
  second_factor BLOB,
  step_used INTEGER NOT NULL,
  recovery TEXT NOT NULL,
  link BLOB,
  created_ms INTEGER NOT NULL,
  signed_in_ms INTEGER
) STRICT;
-- An address may work for several organisations, in each once.
CREATE UNIQUE INDEX staff_by_email ON staff (email, tenant);
CREATE INDEX staff_by_tenant ON staff (tenant, id);

CREATE TABLE signed_in (
  id BLOB NOT NULL PRIMARY KEY,
  member BLOB NOT NULL,
  tenant BLOB NOT NULL,
  created_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  confirmed_ms INTEGER,
  agent TEXT NOT NULL
) STRICT;
CREATE INDEX signed_in_by_member ON signed_in (member);
CREATE INDEX signed_in_by_tenant ON signed_in (tenant, id);
CREATE INDEX signed_in_by_end ON signed_in (expires_ms);

-- One chain an organisation: hash = SHA-256 over the hash before and this row.
CREATE TABLE audit (
  serial INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  tenant BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  actor INTEGER NOT NULL,
  who BLOB,
  who_name TEXT NOT NULL,
  what TEXT NOT NULL,
  about TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_by_id ON audit (id);
CREATE INDEX audit_by_tenant ON audit (tenant, serial);
CREATE INDEX audit_by_about ON audit (tenant, about, serial);

CREATE TABLE themes (
  tenant BLOB NOT NULL,
  name TEXT NOT NULL,
  colours TEXT NOT NULL,
  radius_px INTEGER NOT NULL,
  wording TEXT NOT NULL,
  logo_name TEXT NOT NULL,
  logo BLOB,
  updated_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX themes_by_logo ON themes (logo_name) WHERE logo_name <> '';

CREATE TABLE key_uses (
  key BLOB NOT NULL PRIMARY KEY,
  used_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
