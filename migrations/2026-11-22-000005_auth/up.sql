CREATE TABLE departments (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name jsonb NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON departments TO madoguchi_server;

CREATE TABLE residents (
    id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL,
    disabled_at timestamptz,
    -- Counted up to void every access token issued so far.
    auth_epoch integer NOT NULL DEFAULT 0
);
GRANT SELECT, INSERT, UPDATE ON residents TO madoguchi_server;

-- Business data hangs on residents.id; the provider's subject only leads to it.
CREATE TABLE resident_identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    resident_id uuid NOT NULL REFERENCES residents,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX resident_identities_resident ON resident_identities (resident_id);
GRANT SELECT, INSERT ON resident_identities TO madoguchi_server;

-- The four attributes as the provider sent them, sealed.
CREATE TABLE resident_attributes (
    resident_id uuid PRIMARY KEY REFERENCES residents,
    sealed bytea NOT NULL,
    issuer text NOT NULL,
    assurance text NOT NULL,
    verified_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON resident_attributes TO madoguchi_server;

CREATE TABLE staff_members (
    id uuid PRIMARY KEY,
    issuer text NOT NULL,
    subject text NOT NULL,
    display_name text NOT NULL,
    disabled_at timestamptz,
    auth_epoch integer NOT NULL DEFAULT 0,
    CONSTRAINT staff_members_identity UNIQUE (issuer, subject)
);
GRANT SELECT, INSERT, UPDATE ON staff_members TO madoguchi_server;

CREATE TABLE postings (
    id uuid PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES staff_members,
    -- Null: the whole city.
    department_id uuid REFERENCES departments,
    role text NOT NULL CHECK (role IN ('reviewer', 'approver', 'analyst', 'administrator')),
    valid_from date NOT NULL,
    -- Equal: taken back before it began.
    valid_until date CHECK (valid_until >= valid_from),
    CONSTRAINT postings_once UNIQUE NULLS NOT DISTINCT (staff_id, department_id, role, valid_from)
);
GRANT SELECT, INSERT, UPDATE ON postings TO madoguchi_server;

CREATE TABLE login_transactions (
    state_sha256 bytea PRIMARY KEY,
    browser_sha256 bytea NOT NULL,
    audience text NOT NULL,
    provider text NOT NULL,
    nonce text NOT NULL,
    code_verifier text NOT NULL,
    expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, DELETE ON login_transactions TO madoguchi_server;

CREATE TABLE refresh_families (
    id uuid PRIMARY KEY,
    audience text NOT NULL,
    person_id uuid NOT NULL,
    acr text NOT NULL,
    authenticated_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX refresh_families_person ON refresh_families (person_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_families TO madoguchi_server;

CREATE TABLE refresh_tokens (
    token_sha256 bytea PRIMARY KEY,
    family_id uuid NOT NULL REFERENCES refresh_families ON DELETE CASCADE,
    -- The token this one was issued for; null for the first of a family.
    predecessor_sha256 bytea,
    used_at timestamptz,
    -- When another took its place before it was used.
    superseded_at timestamptz,
    issued_at timestamptz NOT NULL
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_tokens TO madoguchi_server;
