-- The levels of DS-511 that a login reached. Logins and attributes from before are taken for the lowest.
ALTER TABLE refresh_families
    ADD ial smallint NOT NULL DEFAULT 0 CHECK (ial BETWEEN 0 AND 3),
    ADD aal smallint NOT NULL DEFAULT 1 CHECK (aal BETWEEN 1 AND 3);
ALTER TABLE resident_attributes
    ADD ial smallint NOT NULL DEFAULT 0 CHECK (ial BETWEEN 0 AND 3),
    ADD aal smallint NOT NULL DEFAULT 1 CHECK (aal BETWEEN 1 AND 3);

-- What the provider was asked for, to be compared with what it answers.
ALTER TABLE login_transactions
    ADD acr_values text[] NOT NULL DEFAULT '{}',
    ADD max_age integer;
