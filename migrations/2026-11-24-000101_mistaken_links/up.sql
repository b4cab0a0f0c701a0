-- 別人と判明: a link that meant somebody else names nobody any more, and so protects nobody.
ALTER TABLE registrations
    DROP CONSTRAINT registrations_status_check,
    ADD CONSTRAINT registrations_status_check
        CHECK (status IN ('pending', 'linked', 'refused', 'ended', 'mistaken')),
    ADD CONSTRAINT registrations_mistaken_name_nobody
        CHECK (status <> 'mistaken' OR addressee_id IS NULL),
    -- Null where the program linked it. Another clerk has to find it mistaken.
    ADD link_decided_by uuid REFERENCES staff_members;
UPDATE registrations SET link_decided_by = audit_events.actor_id
FROM audit_events
WHERE audit_events.object_id = registrations.id
    AND audit_events.action = 'registration.link' AND audit_events.actor_kind = 'staff';
