ALTER TABLE application_events DROP mandate_id;
ALTER TABLE applications DROP mandate_id;
DROP TABLE mandates;
DELETE FROM postings WHERE role = 'registrar';
ALTER TABLE postings DROP CONSTRAINT postings_role_check;
ALTER TABLE postings ADD CONSTRAINT postings_role_check
    CHECK (role IN ('reviewer', 'approver', 'analyst', 'administrator'));
