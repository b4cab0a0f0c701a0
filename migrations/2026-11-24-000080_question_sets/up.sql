-- What to ask when something happens in life is one more thing the finder knows.
ALTER TABLE vocabulary DROP CONSTRAINT vocabulary_kind_check;
ALTER TABLE vocabulary ADD CHECK (kind IN ('synonyms', 'life_events', 'question_sets'));
