-- A lookup key makes keyed hashes by which a sealed value is found again. There is one, and it stays.
ALTER TABLE data_keys ADD purpose text NOT NULL DEFAULT 'seal' CHECK (purpose IN ('seal', 'lookup'));
CREATE UNIQUE INDEX data_keys_one_lookup_key ON data_keys (purpose) WHERE purpose = 'lookup';
