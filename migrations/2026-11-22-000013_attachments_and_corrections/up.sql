-- The bytes are in the storage under attachments/<id>; here is what they are.
CREATE TABLE attachments (
    id uuid PRIMARY KEY,
    application_id uuid NOT NULL REFERENCES applications ON DELETE CASCADE,
    -- JSON Pointer of the form's field it answers.
    field text NOT NULL CHECK (length(field) <= 200),
    sealed_name bytea NOT NULL,
    media_type text NOT NULL,
    bytes bigint NOT NULL CHECK (bytes > 0),
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    created_at timestamptz NOT NULL
);
CREATE INDEX attachments_application ON attachments (application_id);
GRANT SELECT, INSERT, DELETE ON attachments TO madoguchi_server;

-- 補正: what the clerk asks to be put right. The submitted copy never changes.
CREATE TABLE corrections (
    application_id uuid NOT NULL REFERENCES applications,
    round integer NOT NULL CHECK (round > 0),
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    deadline date NOT NULL,
    -- [{pointer, reason}]: only these unlock.
    items jsonb NOT NULL,
    -- The answers as the resident is changing them, apart from those filed.
    sealed_answers bytea NOT NULL,
    -- Sent by the resident, or closed by the clerk after the deadline.
    ended_at timestamptz,
    answered boolean,
    PRIMARY KEY (application_id, round),
    CHECK ((ended_at IS NULL) = (answered IS NULL))
);
CREATE UNIQUE INDEX corrections_one_open ON corrections (application_id) WHERE ended_at IS NULL;
GRANT SELECT, INSERT ON corrections TO madoguchi_server;
GRANT UPDATE (sealed_answers, ended_at, answered) ON corrections TO madoguchi_server;
