-- What receipts need (onboard/receipt.hpp). The seed of a receipt's salts goes with its session; it has
-- a table of its own so that its rows are small, never spread over pages, and are wiped where they
-- stand. What was agreed to is kept once, however many agree to it; a step names it by its digest.
CREATE TABLE receipt_seeds (
  session BLOB PRIMARY KEY,
  seed BLOB NOT NULL
);
CREATE TABLE consent_texts (
  digest BLOB PRIMARY KEY,
  text TEXT NOT NULL
) WITHOUT ROWID;
ALTER TABLE steps ADD COLUMN consent_texts BLOB;
-- One word for one thing: a receipt is what a third party reads.
ALTER TABLE grants RENAME COLUMN receipt TO spent_request;
