ALTER TABLE delivery_events DROP CONSTRAINT delivery_events_kind_check;
ALTER TABLE delivery_events ADD CONSTRAINT delivery_events_kind_check
    CHECK (kind IN ('published', 'opened', 'paper_queued', 'paper_handed_over'));
DROP TABLE signatories;
ALTER TABLE letters
    ADD COLUMN pdf_bytes integer NOT NULL DEFAULT 1 CHECK (pdf_bytes > 0),
    ADD COLUMN storage_key text NOT NULL DEFAULT '-' CHECK (length(storage_key) BETWEEN 1 AND 500);
ALTER TABLE letters ALTER COLUMN pdf_bytes DROP DEFAULT, ALTER COLUMN storage_key DROP DEFAULT;
