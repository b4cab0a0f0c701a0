-- The newest version when the writing of the next one began, or was last brought up to it: what was published since
-- must not be undone unseen.
ALTER TABLE form_drafts ADD based_on uuid REFERENCES form_versions;
UPDATE form_drafts SET based_on = (
    SELECT id FROM form_versions
    WHERE form_versions.procedure_id = form_drafts.procedure_id
    ORDER BY number DESC LIMIT 1
);
