DROP TRIGGER await_sealing ON audit_events;
DROP FUNCTION await_sealing;
