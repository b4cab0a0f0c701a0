-- The first day without the department.
ALTER TABLE departments ADD COLUMN dissolved_on date;

-- 組織改編: what a day brings, carried out by the worker when it comes.
CREATE TABLE reorganisations (
    id uuid PRIMARY KEY,
    effective_on date NOT NULL,
    plan jsonb NOT NULL,
    planned_by uuid NOT NULL,
    planned_at timestamptz NOT NULL,
    carried_out_at timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON reorganisations TO madoguchi_server;

-- Whose procedure it was from which day on: figures of a past day are those of the department of that day.
CREATE TABLE kpi_procedure_owners (
    procedure_id uuid NOT NULL REFERENCES kpi_procedures,
    starts_on date NOT NULL,
    department_code text NOT NULL,
    PRIMARY KEY (procedure_id, starts_on)
);
INSERT INTO kpi_procedure_owners SELECT procedure_id, '0001-01-01', department_code FROM kpi_procedures;
GRANT SELECT, INSERT, UPDATE ON kpi_procedure_owners TO madoguchi_server;

CREATE FUNCTION kpi_owner_on(procedure uuid, day date) RETURNS text
    LANGUAGE sql STABLE
    RETURN (SELECT department_code FROM kpi_procedure_owners
            WHERE procedure_id = procedure AND starts_on <= day ORDER BY starts_on DESC LIMIT 1);

-- Who hands the paper over: the sender, or the department that took its place.
ALTER TABLE paper_tasks ADD COLUMN department_id uuid;
UPDATE paper_tasks SET department_id = (SELECT sender_department_id FROM deliveries WHERE id = delivery_id);
ALTER TABLE paper_tasks ALTER COLUMN department_id SET NOT NULL;
GRANT UPDATE (department_id) ON paper_tasks TO madoguchi_server;
