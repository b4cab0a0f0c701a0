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
-- The queue holds what is open; everything else is history.
CREATE INDEX applications_queue ON applications (department_id, arrived_at, id)
    WHERE status NOT IN ('draft', 'completed', 'withdrawn');
CREATE INDEX applications_filed ON applications (department_id, status, arrived_at, id)
    WHERE arrived_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON applications TO madoguchi_server;

-- The event is what happened; applications.status is its fold.
CREATE TABLE application_events (
    application_id uuid NOT NULL REFERENCES applications,
    version integer NOT NULL,
    event text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    occurred_at timestamptz NOT NULL,
    sealed_reason bytea,
    PRIMARY KEY (application_id, version)
);
CALL make_append_only('application_events');

-- What was filed, when it arrived and the receipt for it. Written once.
CREATE TABLE submissions (
    application_id uuid PRIMARY KEY REFERENCES applications,
    reference_number text NOT NULL CONSTRAINT submissions_reference_number UNIQUE,
    arrived_at timestamptz NOT NULL,
    -- Null while the calendar of opening days does not reach that far.
    accepted_on date,
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
    -- 行政手続法8条: whoever is not granted all is told why and on which provision.
    sealed_grounds bytea CHECK (outcome = 'grant' OR sealed_grounds IS NOT NULL),
    proposed_by uuid NOT NULL,
    proposed_at timestamptz NOT NULL,
    PRIMARY KEY (application_id, round)
);
CALL make_append_only('proposals');

CREATE TABLE decisions (
    application_id uuid PRIMARY KEY REFERENCES applications,
    round integer NOT NULL,
    approved_by uuid NOT NULL,
    decided_at timestamptz NOT NULL,
    sealed_notice bytea NOT NULL,
    notice_sha256 bytea NOT NULL,
    FOREIGN KEY (application_id, round) REFERENCES proposals
);
CALL make_append_only('decisions');
