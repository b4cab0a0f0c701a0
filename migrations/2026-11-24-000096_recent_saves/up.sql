-- Which answers the last saves of a draft have changed, so that what is typed on two devices at once can be merged.
ALTER TABLE applications ADD sealed_recent_saves bytea CHECK (sealed_recent_saves IS NULL OR status = 'draft');
