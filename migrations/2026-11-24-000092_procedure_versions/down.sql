ALTER TABLE procedures DROP COLUMN version;
