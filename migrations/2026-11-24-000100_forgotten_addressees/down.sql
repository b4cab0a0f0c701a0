DROP INDEX addressees_gone;
REVOKE DELETE ON addressees FROM madoguchi_server;
