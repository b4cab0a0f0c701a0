-- 付替え: a login that came with a renewed card is to lead to who its owner was before.
CREATE TABLE relinks (
    id uuid PRIMARY KEY,
    -- Who came with the new login, and who they were before.
    resident_id uuid NOT NULL REFERENCES residents,
    former_id uuid NOT NULL REFERENCES residents,
    status text NOT NULL CHECK (status IN ('proposed', 'approved', 'refused')),
    version integer NOT NULL,
    -- How the one clerk made sure, and why the other one did not approve.
    sealed_evidence bytea NOT NULL,
    sealed_reason bytea,
    proposed_by uuid NOT NULL REFERENCES staff_members,
    proposed_at timestamptz NOT NULL,
    decided_by uuid REFERENCES staff_members,
    decided_at timestamptz,
    CHECK (resident_id <> former_id),
    CHECK ((status = 'proposed') = (decided_by IS NULL) AND (status = 'proposed') = (decided_at IS NULL)),
    CONSTRAINT relinks_four_eyes CHECK (status <> 'approved' OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX relinks_waiting ON relinks (resident_id) WHERE status = 'proposed';
GRANT SELECT, INSERT, UPDATE ON relinks TO madoguchi_server;

GRANT UPDATE (resident_id) ON resident_identities TO madoguchi_server;
GRANT UPDATE (resident_id, side) ON deliveries TO madoguchi_server;
