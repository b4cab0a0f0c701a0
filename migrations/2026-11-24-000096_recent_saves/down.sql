ALTER TABLE applications DROP sealed_recent_saves;
