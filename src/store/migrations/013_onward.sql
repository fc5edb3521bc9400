-- The skill an invited person goes on with after agreeing; empty where the agreement is the end.
ALTER TABLE organisations ADD COLUMN invited_skill TEXT NOT NULL DEFAULT '';
