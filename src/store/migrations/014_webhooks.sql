-- Addresses of back ends that hear what became of their sessions (onboard/webhook.hpp). No secret
-- stands here: the signing one is computed, the API password is locked away under a key that is not
-- in the database.
CREATE TABLE webhooks (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  url TEXT NOT NULL,
  events INTEGER NOT NULL,
  state INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  previous_until_ms INTEGER,
  password BLOB,
  failures INTEGER NOT NULL,
  failing_since_ms INTEGER,
  free_ms INTEGER NOT NULL,
  claimed_until_ms INTEGER NOT NULL,
  error TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_by_tenant ON webhooks (tenant, id);
CREATE INDEX webhooks_free ON webhooks (free_ms, id) WHERE state = 0;
CREATE INDEX webhooks_removed ON webhooks (id) WHERE state = 3;
-- What each of them is to be told, once an event of a session. They go with their session, and say
-- nothing about it but its id, so that who has sent a notice before never sends it as another one.
CREATE TABLE notices (
  id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  webhook BLOB NOT NULL,
  session BLOB NOT NULL,
  event INTEGER NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  error TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX notices_once ON notices (session, webhook, event);
CREATE INDEX notices_due ON notices (webhook, due_ms, id) WHERE state = 0;
CREATE INDEX notices_tried ON notices (webhook, attempts) WHERE state = 0 AND attempts > 0;
CREATE INDEX notices_by_webhook ON notices (webhook, id);
CREATE INDEX notices_by_tenant ON notices (tenant, id);
CREATE INDEX notices_dead ON notices (tenant, id) WHERE state = 2;
