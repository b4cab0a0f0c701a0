REVOKE UPDATE (resident_id, side) ON deliveries FROM madoguchi_server;
REVOKE UPDATE (resident_id) ON resident_identities FROM madoguchi_server;
DROP TABLE relinks;
