-- A draft that is not saved goes on its day, in Japan; its owner is told before.
ALTER TABLE applications ADD expires_on date, ADD expiry_warned_on date;
-- From before drafts had a day: 90 days, as where the form says nothing.
UPDATE applications SET expires_on = (updated_at AT TIME ZONE 'Asia/Tokyo')::date + 90 WHERE status = 'draft';
ALTER TABLE applications
    ADD CHECK ((status = 'draft') = (expires_on IS NOT NULL)),
    ADD CHECK (expiry_warned_on IS NULL OR status = 'draft');
CREATE INDEX applications_expiry ON applications (expires_on, id) WHERE status = 'draft';
