-- Which answers of an application were filled in from elsewhere, by whom they were given and what they were then.
CREATE TABLE answer_provenance (
    application_id uuid PRIMARY KEY REFERENCES applications ON DELETE CASCADE,
    sealed_entries bytea NOT NULL
);
GRANT SELECT, INSERT ON answer_provenance TO madoguchi_server;
