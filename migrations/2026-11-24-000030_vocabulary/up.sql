-- What the finder knows beside the procedures: words that mean the same, and life events.
CREATE TABLE vocabulary (
    kind text PRIMARY KEY CHECK (kind IN ('synonyms', 'life_events')),
    content jsonb NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON vocabulary TO madoguchi_server;
