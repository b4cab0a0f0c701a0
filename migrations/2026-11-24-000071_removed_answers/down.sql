DROP TRIGGER filings_stay ON applications;
DROP FUNCTION refuse_moving_filings;
DROP INDEX applications_drafts;
ALTER TABLE applications DROP COLUMN sealed_removed_answers;
