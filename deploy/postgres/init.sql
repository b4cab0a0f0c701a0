-- The two roles and the database of Madoguchi, as docs/operations.md explains them.
-- docker-compose.yml runs this once on an empty volume. Elsewhere: psql -f, as a superuser, with other passwords.
CREATE ROLE madoguchi_owner LOGIN PASSWORD 'owner-change-me';
CREATE ROLE madoguchi_server LOGIN PASSWORD 'server-change-me';
CREATE DATABASE madoguchi OWNER madoguchi_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE madoguchi FROM PUBLIC;
GRANT CONNECT ON DATABASE madoguchi TO madoguchi_server;
