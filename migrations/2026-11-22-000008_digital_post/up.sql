CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    resident_id uuid NOT NULL,
    class text NOT NULL CHECK (class IN ('info', 'formal')),
    route text NOT NULL CHECK (route IN ('digital', 'paper')),
    sender_department_id uuid NOT NULL,
    -- Which child, vehicle or case it is about; empty when it is about the resident.
    subject_ref text NOT NULL CHECK (length(subject_ref) <= 200),
    link text CHECK (length(link) <= 500),
    sealed_content bytea NOT NULL,
    content_sha256 bytea NOT NULL CHECK (length(content_sha256) = 32),
    -- One promise, one delivery: delivering the same key again changes nothing.
    deduplication_key text NOT NULL CONSTRAINT deliveries_once UNIQUE,
    published_at timestamptz NOT NULL,
    first_opened_at timestamptz CHECK (first_opened_at >= published_at),
    CHECK (route = 'digital' OR first_opened_at IS NULL)
);
CREATE INDEX deliveries_inbox ON deliveries (resident_id, id DESC);
CREATE INDEX deliveries_unread ON deliveries (resident_id) WHERE first_opened_at IS NULL;
GRANT SELECT, INSERT ON deliveries TO madoguchi_server;
GRANT UPDATE (first_opened_at) ON deliveries TO madoguchi_server;

-- Each event chained to the one before, the first to the content's hash.
CREATE TABLE delivery_events (
    delivery_id uuid NOT NULL REFERENCES deliveries,
    seq integer NOT NULL CHECK (seq > 0),
    kind text NOT NULL CHECK (kind IN ('published', 'opened', 'paper_queued', 'paper_handed_over')),
    occurred_at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (delivery_id, seq),
    CONSTRAINT delivery_events_once UNIQUE (delivery_id, kind)
);
CALL make_append_only('delivery_events');

-- What a clerk has to print; who handed it over is in the events.
CREATE TABLE paper_tasks (
    delivery_id uuid PRIMARY KEY REFERENCES deliveries,
    handed_over_at timestamptz
);
CREATE INDEX paper_tasks_open ON paper_tasks (delivery_id) WHERE handed_over_at IS NULL;
GRANT SELECT, INSERT ON paper_tasks TO madoguchi_server;
GRANT UPDATE (handed_over_at) ON paper_tasks TO madoguchi_server;
