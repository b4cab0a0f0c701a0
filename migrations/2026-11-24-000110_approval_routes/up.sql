-- 決裁: each step of the route by another person, the last of whom decides.
CREATE TABLE approvals (
    application_id uuid NOT NULL,
    round integer NOT NULL,
    step integer NOT NULL CHECK (step BETWEEN 1 AND 10),
    -- The one that was asked.
    department_id uuid NOT NULL,
    approved_by uuid NOT NULL,
    approved_at timestamptz NOT NULL,
    PRIMARY KEY (application_id, round, step),
    UNIQUE (application_id, round, approved_by),
    FOREIGN KEY (application_id, round) REFERENCES proposals
);
CALL make_append_only('approvals');
INSERT INTO approvals
SELECT application_id, round, 1, department_id, approved_by, decided_at
FROM decisions JOIN applications ON id = application_id;

-- The department whose approval a proposal waits for.
ALTER TABLE applications ADD COLUMN approving_department_id uuid;
UPDATE applications SET approving_department_id = department_id WHERE status = 'awaiting_approval';
ALTER TABLE applications ADD CHECK ((status = 'awaiting_approval') = (approving_department_id IS NOT NULL));
CREATE INDEX applications_approving ON applications (approving_department_id, arrived_at, id)
    WHERE approving_department_id IS NOT NULL;
