-- What a draft's form does not ask for any more since the draft was moved to another version: kept until it is filed.
ALTER TABLE applications ADD sealed_removed_answers bytea;
CREATE INDEX applications_drafts ON applications (procedure_id, form_version_id) WHERE status = 'draft';

-- What was filed stays on the version it was filed on.
CREATE FUNCTION refuse_moving_filings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a filing stays on its form' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER filings_stay BEFORE UPDATE OF form_version_id ON applications FOR EACH ROW
    WHEN (OLD.status <> 'draft' AND OLD.form_version_id <> NEW.form_version_id)
    EXECUTE FUNCTION refuse_moving_filings();
