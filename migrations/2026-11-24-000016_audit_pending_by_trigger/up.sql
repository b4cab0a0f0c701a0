-- An event waits to be sealed because it was recorded, not because its writer remembered to say so.
CREATE FUNCTION await_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_pending (event_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER await_sealing AFTER INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION await_sealing();
