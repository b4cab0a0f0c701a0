CREATE TABLE procedures (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('application', 'notification', 'certificate_request')),
    department_id uuid NOT NULL,
    -- procedure.json: the public description in all languages.
    description jsonb NOT NULL,
    accepts_digital_from date
);
GRANT SELECT, INSERT, UPDATE ON procedures TO madoguchi_server;

CREATE TABLE form_versions (
    id uuid PRIMARY KEY,
    procedure_id uuid NOT NULL REFERENCES procedures,
    number integer NOT NULL CHECK (number > 0),
    definition jsonb NOT NULL,
    sha256 bytea NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT form_versions_number UNIQUE (procedure_id, number)
);
CALL make_append_only('form_versions');
