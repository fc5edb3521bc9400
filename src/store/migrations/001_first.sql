-- The first schema. Written for SQLite; PostgreSQL will read BLOB as BYTEA, INTEGER as BIGINT,
-- `serial INTEGER PRIMARY KEY` as an identity, and drop the words STRICT and WITHOUT ROWID.
-- Times are milliseconds since 1970, enums are the numbers of their C++ types, ids are 16 bytes.
-- Ids are UUIDs of version 7, so every index on an id grows at its end.

-- Rights. An invitation costs its row and three index entries: this is the hot path (README.md).
CREATE TABLE grants (
  serial INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  kind INTEGER NOT NULL,
  tenant BLOB NOT NULL,
  parent BLOB,
  subject TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  may INTEGER NOT NULL,
  once INTEGER NOT NULL,
  misses INTEGER NOT NULL,
  bond BLOB,
  bond_part INTEGER NOT NULL,
  digest BLOB,
  person_key INTEGER,
  spent INTEGER NOT NULL,
  receipt BLOB,
  spent_ms INTEGER,
  missed INTEGER NOT NULL,
  revoked_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX grants_by_id ON grants (id);
-- The only index with entries in random places, hence 8 bytes of a hash and not the address.
CREATE INDEX grants_by_person ON grants (person_key) WHERE person_key IS NOT NULL;
-- Law 4 walks down by parent. Entries of one parent lie together in order of time.
CREATE INDEX grants_by_parent ON grants (parent) WHERE parent IS NOT NULL;
-- Lists of everything but invitations (kind 2).
CREATE INDEX grants_by_kind ON grants (tenant, kind) WHERE kind <> 2;
-- Kinds whose rows go when their time is over: access tombstones (1) and device grants (6).
CREATE INDEX grants_by_expiry ON grants (expires_ms) WHERE kind IN (1, 6);

CREATE TABLE organisations (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  handle TEXT NOT NULL UNIQUE,
  prefix TEXT NOT NULL UNIQUE,
  skills TEXT NOT NULL,
  return_hosts TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE connections (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  invitation BLOB NOT NULL,
  email TEXT NOT NULL,
  person_key INTEGER NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  date_of_birth TEXT NOT NULL,
  consent INTEGER NOT NULL,
  decided_ms INTEGER,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX connections_by_invitation ON connections (invitation);
CREATE INDEX connections_by_person ON connections (person_key);
CREATE INDEX connections_agreed ON connections (tenant, id) WHERE consent = 1;
-- For the sweep: nobody's data stays without consent.
CREATE INDEX connections_not_agreed ON connections (updated_ms) WHERE consent <> 1;

CREATE TABLE sessions (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  owner BLOB NOT NULL,
  door INTEGER NOT NULL,
  skill TEXT NOT NULL,
  state INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  caller_id TEXT NOT NULL,
  caller_key TEXT,
  external_id TEXT NOT NULL,
  person TEXT NOT NULL,
  return_url TEXT NOT NULL,
  theme TEXT NOT NULL,
  metadata TEXT NOT NULL,
  applicant TEXT,
  completed_ms INTEGER,
  decision TEXT,
  review TEXT,
  settled_ms INTEGER,
  settle_request BLOB,
  erase_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX sessions_by_caller ON sessions (tenant, caller_key)
  WHERE caller_key IS NOT NULL;
CREATE INDEX sessions_by_tenant ON sessions (tenant, id);
CREATE INDEX sessions_by_external ON sessions (tenant, external_id, id) WHERE external_id <> '';
CREATE INDEX sessions_open ON sessions (expires_ms) WHERE state = 0;
-- When a finished session goes with everything it holds; nothing while it is open.
CREATE INDEX sessions_by_erasure ON sessions (erase_ms) WHERE erase_ms IS NOT NULL;

CREATE TABLE steps (
  session BLOB NOT NULL,
  position INTEGER NOT NULL,
  id BLOB NOT NULL,
  name TEXT NOT NULL,
  answers TEXT NOT NULL,
  request BLOB,
  submitted_ms INTEGER NOT NULL,
  PRIMARY KEY (session, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX steps_by_id ON steps (id);

CREATE TABLE uploads (
  session BLOB NOT NULL,
  step INTEGER NOT NULL,
  position INTEGER NOT NULL,
  id BLOB NOT NULL,
  type TEXT NOT NULL,
  file TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  media_type TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  PRIMARY KEY (session, step, position)
) STRICT, WITHOUT ROWID;
-- For the janitor's question whether a file is still needed.
CREATE INDEX uploads_by_file ON uploads (file);

CREATE TABLE enrolments (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  session BLOB NOT NULL,
  client BLOB NOT NULL,
  skill TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  consent_ms INTEGER NOT NULL,
  retention_ms INTEGER NOT NULL,
  deleted_ms INTEGER
) STRICT;
CREATE INDEX enrolments_by_session ON enrolments (session);
CREATE INDEX enrolments_by_retention ON enrolments (retention_ms);

-- Clustered by id. A letter costs its row, its place in the queue and its place in the list of its
-- organisation; the index of dead ones is small.
CREATE TABLE letters (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  invitation BLOB NOT NULL,
  recipient TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  error TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- With all that the lists of one organisation choose by: the rows of others stay untouched.
CREATE INDEX letters_due ON letters (due_ms, id, tenant, state) WHERE state = 0;
CREATE INDEX letters_by_tenant ON letters (tenant, id);
CREATE INDEX letters_dead ON letters (created_ms, id, tenant, state) WHERE state = 2;

CREATE TABLE alarms (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  what TEXT NOT NULL,
  about TEXT NOT NULL,
  detail TEXT NOT NULL,
  count INTEGER NOT NULL
) STRICT;
-- A secret shown a thousand times is one alarm.
CREATE UNIQUE INDEX alarms_once ON alarms (tenant, what, about);
CREATE INDEX alarms_by_time ON alarms (at_ms);
CREATE INDEX alarms_by_tenant ON alarms (tenant, id);

-- Dev mode's inbox.
CREATE TABLE mails (
  id BLOB NOT NULL PRIMARY KEY,
  recipient TEXT NOT NULL,
  sender TEXT NOT NULL,
  subject TEXT NOT NULL,
  body_text TEXT NOT NULL,
  body_html TEXT NOT NULL,
  received_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
