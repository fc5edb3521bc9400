-- Rows of transfers (10) and phones (11) go when their time is over, like those of device grants.
DROP INDEX grants_by_expiry;
CREATE INDEX grants_by_expiry ON grants (expires_ms) WHERE kind IN (1, 6, 10, 11);
