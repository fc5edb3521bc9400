-- Files on their way in pieces (onboard/parcel.hpp). sweep_ms: when the pieces are of no more use,
-- at once when the file was joined, else when the parcel expires.
CREATE TABLE parcels (
  id BLOB NOT NULL PRIMARY KEY,
  session BLOB NOT NULL,
  step TEXT NOT NULL,
  step_id BLOB,
  type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  received INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  upload BLOB,
  sweep_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX parcels_by_session ON parcels (session);
CREATE INDEX parcels_by_sweep ON parcels (sweep_ms);

CREATE TABLE pieces (
  parcel BLOB NOT NULL,
  position INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  file TEXT NOT NULL,
  PRIMARY KEY (parcel, position)
) STRICT, WITHOUT ROWID;
-- The janitor asks whether a file is known.
CREATE INDEX pieces_by_file ON pieces (file);
