CREATE TABLE applications (
    id uuid PRIMARY KEY,
    procedure_id uuid NOT NULL,
    form_version_id uuid NOT NULL,
    department_id uuid NOT NULL,
    kind text NOT NULL,
    -- 申請者, 対象者 and 行為者 may be three people.
    applicant_id uuid NOT NULL,
    subject_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    channel text NOT NULL,
    status text NOT NULL,
    version integer NOT NULL,
    sealed_answers bytea NOT NULL,
    assignee_id uuid,
    -- Copied from the submission, for the queue.
    arrived_at timestamptz,
    due_on date,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX applications_applicant ON applications (applicant_id, id DESC);
CREATE INDEX applications_queue ON applications (department_id, arrived_at, id) WHERE arrived_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications TO madoguchi_server;

-- The event is what happened; applications.status is its fold.
CREATE TABLE application_events (
    application_id uuid NOT NULL REFERENCES applications,
    version integer NOT NULL,
    event text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    occurred_at timestamptz NOT NULL,
    reason text,
    PRIMARY KEY (application_id, version)
);
CALL make_append_only('application_events');

-- What was filed, when it arrived and the receipt for it. Written once.
CREATE TABLE submissions (
    application_id uuid PRIMARY KEY REFERENCES applications,
    reference_number text NOT NULL CONSTRAINT submissions_reference_number UNIQUE,
    arrived_at timestamptz NOT NULL,
    accepted_on date NOT NULL,
    due_on date,
    electronic_notice_consent boolean NOT NULL,
    sealed_content bytea NOT NULL,
    content_sha256 bytea NOT NULL,
    signature text NOT NULL
);
CALL make_append_only('submissions');

CREATE TABLE proposals (
    application_id uuid NOT NULL REFERENCES applications,
    round integer NOT NULL CHECK (round > 0),
    outcome text NOT NULL CHECK (outcome IN ('grant', 'partial_grant', 'refuse')),
    reason text,
    legal_basis text,
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    PRIMARY KEY (application_id, round),
    -- 行政手続法8条: a refusal gives its reasons.
    CHECK (outcome = 'grant' OR (reason IS NOT NULL AND legal_basis IS NOT NULL))
);
CALL make_append_only('proposals');

CREATE TABLE decisions (
    application_id uuid PRIMARY KEY REFERENCES applications,
    round integer NOT NULL,
    approved_by uuid NOT NULL,
    decided_at timestamptz NOT NULL,
    notice jsonb NOT NULL,
    notice_sha256 bytea NOT NULL,
    FOREIGN KEY (application_id, round) REFERENCES proposals
);
CALL make_append_only('decisions');
