DROP TABLE extensions;
ALTER TABLE applications DROP COLUMN limit_on;
