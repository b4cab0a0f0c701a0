UPDATE registrations SET status = 'ended' WHERE status = 'mistaken';
ALTER TABLE registrations
    DROP link_decided_by,
    DROP CONSTRAINT registrations_mistaken_name_nobody,
    DROP CONSTRAINT registrations_status_check,
    ADD CONSTRAINT registrations_status_check CHECK (status IN ('pending', 'linked', 'refused', 'ended'));
