CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    -- One row per open promise; a kept one is deleted, a dead one is revived when promised again.
    deduplication_key text NOT NULL UNIQUE,
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    lease_until timestamptz,
    last_error text,
    dead_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE dead_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO madoguchi_server;
