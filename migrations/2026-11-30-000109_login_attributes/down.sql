ALTER TABLE login_transactions DROP with_attributes;
