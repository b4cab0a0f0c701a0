CREATE TABLE audit_events (
    id uuid PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id uuid,
    request_id uuid,
    detail jsonb NOT NULL
);
CREATE INDEX audit_events_object ON audit_events (object_id, occurred_at);
CALL make_append_only('audit_events');

-- Written with each event, taken away by the sealer: what is visible here is committed and unsealed.
CREATE TABLE audit_pending (
    event_id uuid PRIMARY KEY REFERENCES audit_events
);
GRANT SELECT, INSERT, DELETE ON audit_pending TO madoguchi_server;

CREATE TABLE audit_chain (
    position bigint PRIMARY KEY CHECK (position > 0),
    event_id uuid NOT NULL UNIQUE REFERENCES audit_events,
    hash bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);
CALL make_append_only('audit_chain');
