-- Mandates that an identity provider vouches for (GビズID: the company of an account, and 委任 by others).
ALTER TABLE mandates
    -- Its issuer; null: the mandate was given or claimed here.
    ADD vouched_by text;
CREATE INDEX mandates_vouched ON mandates (representative_id, vouched_by) WHERE vouched_by IS NOT NULL;
