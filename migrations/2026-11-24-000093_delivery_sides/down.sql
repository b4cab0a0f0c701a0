ALTER TABLE deliveries DROP COLUMN side;
