-- What a receipt needs beside the session (onboard/receipt.hpp): the seed of its salts, drawn when
-- the session is completed and erased with it, and the digest of the texts that were agreed to.
ALTER TABLE sessions ADD COLUMN receipt_seed BLOB;
ALTER TABLE sessions ADD COLUMN consent_texts BLOB;
-- One word for one thing: a receipt is what a third party reads.
ALTER TABLE grants RENAME COLUMN receipt TO spent_request;
