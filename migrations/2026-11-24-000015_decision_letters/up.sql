-- Files are kept under their own SHA-256, so the register need not say where.
ALTER TABLE letters DROP COLUMN storage_key, DROP COLUMN pdf_bytes;

-- Whose name a letter bears on the day it is decided; the next holder is a new row.
CREATE TABLE signatories (
    office text NOT NULL CHECK (length(office) BETWEEN 1 AND 60),
    valid_from date NOT NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 100),
    holder text NOT NULL CHECK (length(holder) BETWEEN 1 AND 100),
    PRIMARY KEY (office, valid_from)
);
GRANT SELECT, INSERT, UPDATE ON signatories TO madoguchi_server;

ALTER TABLE delivery_events DROP CONSTRAINT delivery_events_kind_check;
ALTER TABLE delivery_events ADD CONSTRAINT delivery_events_kind_check
    CHECK (kind IN ('published', 'opened', 'downloaded', 'paper_queued', 'paper_handed_over'));
