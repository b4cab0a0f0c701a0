DROP TABLE idempotency_keys;
DROP PROCEDURE make_append_only(regclass);
DROP FUNCTION refuse_change();
DROP EXTENSION btree_gist;
REVOKE SELECT ON __diesel_schema_migrations FROM madoguchi_server;
REVOKE USAGE ON SCHEMA public FROM madoguchi_server;
