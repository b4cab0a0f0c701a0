-- Whether the provider is asked for name, address, birthdate and gender, which a login without need does not learn.
ALTER TABLE login_transactions ADD with_attributes boolean NOT NULL DEFAULT false;
