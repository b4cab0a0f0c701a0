-- Administrators change the description by API, too: whoever writes it has seen the one before.
ALTER TABLE procedures ADD version integer NOT NULL DEFAULT 1 CHECK (version > 0);
