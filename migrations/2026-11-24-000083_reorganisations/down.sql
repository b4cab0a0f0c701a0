ALTER TABLE paper_tasks DROP COLUMN department_id;
DROP INDEX applications_procedure;
DROP TABLE kpi_procedure_owners, reorganisations;
ALTER TABLE departments DROP COLUMN dissolved_on;
