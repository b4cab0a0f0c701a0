-- Accounts of staff that the portal keeps itself. The login name is the member's subject, under the issuer urn:madoguchi:local.
CREATE TABLE local_accounts (
    staff_id uuid PRIMARY KEY REFERENCES staff_members,
    sealed_email bytea NOT NULL,
    -- Argon2id as a PHC string; null until an invitation has been taken up.
    password_hash text,
    sealed_totp_secret bytea,
    -- The last time step of RFC 6238 that let them in: a code works once.
    totp_last_step bigint NOT NULL DEFAULT 0,
    -- Wrong codes in a row, and when the last one was: only who knows the password gets to give one.
    totp_failures integer NOT NULL DEFAULT 0,
    totp_failed_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((password_hash IS NULL) = (sealed_totp_secret IS NULL))
);
GRANT SELECT, INSERT, UPDATE ON local_accounts TO madoguchi_server;

CREATE TABLE staff_invitations (
    staff_id uuid PRIMARY KEY REFERENCES local_accounts,
    code_sha256 bytea NOT NULL UNIQUE,
    -- For the mail that is yet to be sent.
    sealed_code bytea NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- What the invited person has set up so far; it counts once a code of the authenticator has proved it.
    enrolment_sha256 bytea UNIQUE,
    password_hash text,
    sealed_totp_secret bytea
);
GRANT SELECT, INSERT, UPDATE, DELETE ON staff_invitations TO madoguchi_server;

-- Each is deleted when it is used.
CREATE TABLE recovery_codes (
    staff_id uuid NOT NULL REFERENCES local_accounts,
    code_sha256 bytea NOT NULL,
    PRIMARY KEY (staff_id, code_sha256)
);
GRANT SELECT, INSERT, DELETE ON recovery_codes TO madoguchi_server;

-- Whoever has given the right password and not yet the second factor.
CREATE TABLE sign_ins (
    transaction_sha256 bytea PRIMARY KEY,
    staff_id uuid NOT NULL REFERENCES local_accounts,
    tries integer NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_ins_staff ON sign_ins (staff_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_ins TO madoguchi_server;

-- Attempts since the last success, by a keyed hash of the login name (be there such an account or not) and address.
CREATE TABLE sign_in_attempts (
    login_hash bytea NOT NULL,
    address text NOT NULL,
    attempts integer NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (login_hash, address)
);
CREATE INDEX sign_in_attempts_last ON sign_in_attempts (last_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO madoguchi_server;

-- Addresses from which somebody of the staff has signed in.
CREATE TABLE staff_addresses (
    address text PRIMARY KEY,
    signed_in_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON staff_addresses TO madoguchi_server;
