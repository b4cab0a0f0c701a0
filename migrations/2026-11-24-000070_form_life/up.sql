-- From when a version is the one to fill in: it may be published ahead of its day. It was at once, so far.
ALTER TABLE form_versions ADD in_force_from timestamptz;
ALTER TABLE form_versions DISABLE TRIGGER append_only;
UPDATE form_versions SET in_force_from = published_at;
ALTER TABLE form_versions ENABLE TRIGGER append_only;
ALTER TABLE form_versions
    ALTER in_force_from SET NOT NULL,
    ADD CHECK (in_force_from >= published_at);

-- That a version is taken out of use, or back before its day; the version itself never changes.
CREATE TABLE form_retirements (
    version_id uuid PRIMARY KEY REFERENCES form_versions,
    retired_at timestamptz NOT NULL,
    retired_by uuid NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000)
);
CALL make_append_only('form_retirements');

-- The version that is being written: one of a procedure, so that nobody undoes another's changes unseen.
CREATE TABLE form_drafts (
    procedure_id uuid CONSTRAINT form_drafts_one PRIMARY KEY REFERENCES procedures,
    definition jsonb NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    edited_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON form_drafts TO madoguchi_server;
-- No two contents have one version, not even those of a draft that was thrown away and begun anew.
CREATE SEQUENCE form_draft_versions AS integer;
GRANT USAGE ON SEQUENCE form_draft_versions TO madoguchi_server;
