-- What the public verification answers from: nothing here says to whom a letter went or why.
CREATE TABLE letters (
    id uuid PRIMARY KEY,
    code_sha256 bytea NOT NULL UNIQUE CHECK (length(code_sha256) = 32),
    kind text NOT NULL CHECK (kind IN ('decision')),
    sender text NOT NULL CHECK (length(sender) BETWEEN 1 AND 100),
    issued_on date NOT NULL,
    pdf_sha256 bytea NOT NULL CHECK (length(pdf_sha256) = 32),
    pdf_bytes integer NOT NULL CHECK (pdf_bytes > 0),
    storage_key text NOT NULL CHECK (length(storage_key) BETWEEN 1 AND 500),
    created_at timestamptz NOT NULL
);
CALL make_append_only('letters');
