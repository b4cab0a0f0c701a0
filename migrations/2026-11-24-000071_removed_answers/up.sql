-- What a draft's form does not ask for any more since the draft was moved to another version: kept until it is filed.
ALTER TABLE applications ADD sealed_removed_answers bytea;
CREATE INDEX applications_drafts ON applications (procedure_id, form_version_id) WHERE status = 'draft';
