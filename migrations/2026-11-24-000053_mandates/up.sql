-- 利用登録担当: verifies who people are and for whom they act.
ALTER TABLE postings DROP CONSTRAINT postings_role_check;
ALTER TABLE postings ADD CONSTRAINT postings_role_check
    CHECK (role IN ('reviewer', 'approver', 'analyst', 'administrator', 'registrar'));

-- 代理: who may act for whom, for what, from when until when.
CREATE TABLE mandates (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    status text NOT NULL CHECK (status IN ('offered', 'proposed', 'active', 'refused', 'ended')),
    version integer NOT NULL DEFAULT 1,
    -- Null while it is offered to whoever has the code.
    representative_id uuid REFERENCES residents,
    -- Null while a clerk has not verified the person described.
    principal_id uuid REFERENCES residents,
    sealed_description bytea,
    -- Keyed hash of the description: two guardians of one child act for one person.
    description_hash bytea,
    -- Codes of procedures; null: all.
    procedures text[],
    may_submit boolean NOT NULL,
    may_receive_post boolean NOT NULL,
    counts_as_reading boolean NOT NULL,
    valid_from date NOT NULL,
    -- The first day on which it holds no more.
    valid_until date CHECK (valid_until > valid_from),
    offer_sha256 bytea UNIQUE,
    offered_until timestamptz,
    -- What the clerk saw, or why it was refused or ended.
    sealed_note bytea,
    decided_by uuid REFERENCES staff_members,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK (status <> 'active' OR (representative_id IS NOT NULL AND principal_id IS NOT NULL)),
    CHECK (representative_id <> principal_id),
    -- Post is not told apart by procedure.
    CHECK (procedures IS NULL OR NOT may_receive_post)
);
CREATE INDEX mandates_representative ON mandates (representative_id);
CREATE INDEX mandates_principal ON mandates (principal_id);
CREATE INDEX mandates_described ON mandates (description_hash) WHERE description_hash IS NOT NULL;
CREATE INDEX mandates_queue ON mandates (id) WHERE status = 'proposed';
GRANT SELECT, INSERT, UPDATE ON mandates TO madoguchi_server;

-- Under which mandate somebody acted.
ALTER TABLE applications ADD mandate_id uuid;
ALTER TABLE application_events ADD mandate_id uuid;
