-- 利用登録: which person of the register a resident is.
CREATE TABLE registrations (
    id uuid PRIMARY KEY,
    resident_id uuid NOT NULL REFERENCES residents,
    status text NOT NULL CHECK (status IN ('pending', 'linked', 'refused', 'ended')),
    -- Kept when the link ends: protection outlives it.
    addressee_id uuid REFERENCES addressees,
    -- The attributes that were compared, as the provider sent them.
    sealed_attributes bytea NOT NULL,
    -- Why a clerk refused or ended it.
    sealed_reason bytea,
    version integer NOT NULL,
    -- Null where the program linked it, or the resident ended it.
    decided_by uuid REFERENCES staff_members,
    requested_at timestamptz NOT NULL,
    settled_at timestamptz,
    CHECK (status <> 'linked' OR addressee_id IS NOT NULL),
    CHECK ((status = 'pending') = (settled_at IS NULL))
);
CREATE INDEX registrations_resident ON registrations (resident_id, id);
CREATE INDEX registrations_status ON registrations (status, id);
CREATE INDEX registrations_addressee ON registrations (addressee_id) WHERE addressee_id IS NOT NULL;
-- One living registration of a resident, one living link of a person of the register.
CREATE UNIQUE INDEX registrations_living ON registrations (resident_id) WHERE status IN ('pending', 'linked');
CREATE UNIQUE INDEX registrations_link ON registrations (addressee_id) WHERE status = 'linked';
GRANT SELECT, INSERT, UPDATE ON registrations TO madoguchi_server;
