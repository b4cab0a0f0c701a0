ALTER TABLE login_transactions DROP return_to;
DROP TABLE web_sessions;
