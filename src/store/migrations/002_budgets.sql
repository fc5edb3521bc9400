-- How much of a budget is used (onboard/limiter.hpp): until when it is, as one number a budget. The
-- key is a keyed hash, so no address and no e-mail stands here. No index: the sweep walks by key.
CREATE TABLE budgets (
  key BLOB NOT NULL PRIMARY KEY,
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
