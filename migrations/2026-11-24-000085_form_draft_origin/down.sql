ALTER TABLE form_drafts DROP COLUMN based_on;
