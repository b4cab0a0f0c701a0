ALTER TABLE departments DROP COLUMN successor_id;
