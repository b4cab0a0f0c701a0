-- 宛名: the city's register of people, as far as residents are found in it. Nobody can be read here: what is said of
-- a person is sealed, and found again by keyed hashes of folded attributes.
CREATE TABLE addressees (
    -- Made from the keyed hash of the 宛名番号: whoever knows a number finds its row, and it is sealed for that row.
    id uuid PRIMARY KEY,
    -- Of two attributes each, so that people cannot be counted by birthday or by street.
    name_birthdate_hash bytea NOT NULL,
    name_address_hash bytea NOT NULL,
    birthdate_address_hash bytea NOT NULL,
    sealed bytea NOT NULL,
    -- DV等支援措置
    protected boolean NOT NULL,
    -- The last import with them in it.
    import_id uuid NOT NULL,
    -- Since when the register lacks them.
    gone_at timestamptz
);
CREATE INDEX addressees_name_birthdate ON addressees (name_birthdate_hash);
CREATE INDEX addressees_name_address ON addressees (name_address_hash);
CREATE INDEX addressees_birthdate_address ON addressees (birthdate_address_hash);
GRANT SELECT, INSERT, UPDATE ON addressees TO madoguchi_server;
