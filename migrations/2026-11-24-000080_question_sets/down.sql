DELETE FROM vocabulary WHERE kind = 'question_sets';
ALTER TABLE vocabulary DROP CONSTRAINT vocabulary_kind_check;
ALTER TABLE vocabulary ADD CHECK (kind IN ('synonyms', 'life_events'));
