-- Logins of web pages: the browser has a cookie, we have its hash. A login has either this or refresh tokens.
CREATE TABLE web_sessions (
    secret_sha256 bytea PRIMARY KEY,
    family_id uuid NOT NULL UNIQUE REFERENCES refresh_families ON DELETE CASCADE,
    -- The person's epoch when it began; it is void when they are of another.
    epoch integer NOT NULL,
    last_seen_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON web_sessions TO madoguchi_server;

-- Where the web page wants the person back; null: the client takes tokens.
ALTER TABLE login_transactions ADD return_to text;
