-- Private keys are stored sealed under the master key, which is never in the database.
CREATE TABLE signing_keys (
    kid text PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('token', 'evidence')),
    public_key bytea NOT NULL,
    sealed_private_key bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- The newest unretired key of a purpose signs; older ones only verify.
    retired_at timestamptz
);
GRANT SELECT, INSERT ON signing_keys TO madoguchi_server;
GRANT UPDATE (retired_at) ON signing_keys TO madoguchi_server;

CREATE TABLE data_keys (
    id uuid PRIMARY KEY,
    wrapped_key bytea NOT NULL,
    created_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON data_keys TO madoguchi_server;
