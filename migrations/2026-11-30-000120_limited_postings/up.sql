-- Which procedures there are, as far as postings name them; the rest of them is in `procedures`.
CREATE TABLE procedure_codes (
    procedure_id uuid PRIMARY KEY,
    code text NOT NULL CONSTRAINT procedure_codes_code UNIQUE
);
GRANT SELECT, INSERT ON procedure_codes TO madoguchi_server;
INSERT INTO procedure_codes SELECT id, code FROM procedures;

ALTER TABLE postings
    -- The procedures it is limited to, in order; null: all of them, and what belongs to none.
    ADD procedures uuid[] CHECK (cardinality(procedures) BETWEEN 1 AND 100),
    DROP CONSTRAINT postings_once,
    ADD CONSTRAINT postings_once
        UNIQUE NULLS NOT DISTINCT (staff_id, department_id, procedures, role, valid_from, source),
    -- What registrars do concerns people, not procedures.
    ADD CONSTRAINT postings_registrars CHECK (role <> 'registrar' OR procedures IS NULL);
