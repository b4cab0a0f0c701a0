DELETE FROM postings WHERE source <> 'file';
ALTER TABLE postings
    DROP CONSTRAINT postings_once,
    DROP source,
    ADD CONSTRAINT postings_once UNIQUE NULLS NOT DISTINCT (staff_id, department_id, role, valid_from);
