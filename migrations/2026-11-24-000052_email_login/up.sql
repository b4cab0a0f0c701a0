-- Codes by which residents log in with a mail address alone. Neither address nor code can be read here.
CREATE TABLE email_login_codes (
    id uuid PRIMARY KEY,
    -- Keyed hash of the address, to find the codes that were sent there.
    address_hash bytea NOT NULL,
    sealed_address bytea NOT NULL,
    sealed_code bytea NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX email_login_codes_address ON email_login_codes (address_hash, made_at);
-- UPDATE is for the locks of two who bring a code at once.
GRANT SELECT, INSERT, UPDATE, DELETE ON email_login_codes TO madoguchi_server;
