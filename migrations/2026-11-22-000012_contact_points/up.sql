-- Where a resident wants to hear that there is post. A removed address leaves its row behind, so that
-- removing and setting again does not shorten the wait for the next code.
CREATE TABLE contact_points (
    resident_id uuid NOT NULL REFERENCES residents,
    kind text NOT NULL CHECK (kind IN ('email')),
    sealed_address bytea,
    verified_at timestamptz,
    -- Verified, and yet nothing is sent there any more: the mail server knows no such mailbox.
    suppressed_reason text CHECK (suppressed_reason IN ('no_such_mailbox')),
    -- Sealed, not hashed: six digits are found from their hash in no time.
    sealed_code bytea,
    code_made_at timestamptz NOT NULL,
    code_tries integer NOT NULL CHECK (code_tries >= 0),
    PRIMARY KEY (resident_id, kind),
    CHECK (sealed_address IS NOT NULL
           OR num_nonnulls(verified_at, suppressed_reason, sealed_code) = 0)
);
GRANT SELECT, INSERT, UPDATE ON contact_points TO madoguchi_server;
