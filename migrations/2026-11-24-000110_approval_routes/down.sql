ALTER TABLE applications DROP COLUMN approving_department_id;
DROP TABLE approvals;
