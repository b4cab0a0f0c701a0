-- The first day without the department.
ALTER TABLE departments ADD COLUMN dissolved_on date;

-- 組織改編: what a day brings, carried out by the worker when it comes.
CREATE TABLE reorganisations (
    id uuid PRIMARY KEY,
    effective_on date NOT NULL,
    plan jsonb NOT NULL,
    planned_by uuid NOT NULL,
    planned_at timestamptz NOT NULL,
    carried_out_at timestamptz,
    -- The procedures whose cases follow them.
    moved uuid[] NOT NULL DEFAULT '{}'
);
GRANT SELECT, INSERT, UPDATE, DELETE ON reorganisations TO madoguchi_server;
CREATE INDEX applications_procedure ON applications (procedure_id, department_id, id);

-- Whose procedure it was from which day on: figures of a past day are those of the department of that day.
CREATE TABLE kpi_procedure_owners (
    procedure_id uuid NOT NULL REFERENCES kpi_procedures,
    starts_on date NOT NULL,
    department_code text NOT NULL,
    PRIMARY KEY (procedure_id, starts_on)
);
INSERT INTO kpi_procedure_owners SELECT procedure_id, '0001-01-01', department_code FROM kpi_procedures;
GRANT SELECT, INSERT, UPDATE ON kpi_procedure_owners TO madoguchi_server;

-- Who hands the paper over: the sender, or the department that took its place.
ALTER TABLE paper_tasks ADD COLUMN department_id uuid;
UPDATE paper_tasks SET department_id = (SELECT sender_department_id FROM deliveries WHERE id = delivery_id);
ALTER TABLE paper_tasks ALTER COLUMN department_id SET NOT NULL;
GRANT UPDATE (department_id) ON paper_tasks TO madoguchi_server;
