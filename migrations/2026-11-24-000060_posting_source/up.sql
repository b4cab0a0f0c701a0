-- Who says that somebody holds a posting: the staff file, the identity provider at each login, or an account of the portal's own.
ALTER TABLE postings
    ADD source text NOT NULL DEFAULT 'file' CHECK (source IN ('file', 'provider', 'account')),
    DROP CONSTRAINT postings_once,
    ADD CONSTRAINT postings_once UNIQUE NULLS NOT DISTINCT (staff_id, department_id, role, valid_from, source);
ALTER TABLE postings ALTER source DROP DEFAULT;
