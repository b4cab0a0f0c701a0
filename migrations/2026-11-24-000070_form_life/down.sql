DROP SEQUENCE form_draft_versions;
DROP TABLE form_drafts;
DROP TABLE form_retirements;
ALTER TABLE form_versions DROP COLUMN in_force_from;
