-- Without its limit a posting would be one for all procedures.
DELETE FROM postings WHERE procedures IS NOT NULL;
ALTER TABLE postings
    DROP CONSTRAINT postings_registrars,
    DROP CONSTRAINT postings_once,
    DROP procedures,
    ADD CONSTRAINT postings_once UNIQUE NULLS NOT DISTINCT (staff_id, department_id, role, valid_from, source);
DROP TABLE procedure_codes;
