DROP INDEX applications_drafts;
ALTER TABLE applications DROP COLUMN sealed_removed_answers;
