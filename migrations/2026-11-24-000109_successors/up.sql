-- The department that took the place of a dissolved one.
ALTER TABLE departments ADD COLUMN successor_id uuid REFERENCES departments;
UPDATE departments ended SET successor_id = successor.id
FROM reorganisations, jsonb_array_elements(plan -> 'dissolved') AS dissolution, departments successor
WHERE carried_out_at IS NOT NULL AND ended.dissolved_on IS NOT NULL
    AND ended.code = dissolution ->> 'department' AND successor.code = dissolution ->> 'successor';
ALTER TABLE departments ADD CHECK ((dissolved_on IS NULL) = (successor_id IS NULL));
