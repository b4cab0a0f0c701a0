REVOKE UPDATE ON answer_provenance FROM madoguchi_server;
