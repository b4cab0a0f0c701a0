ALTER TABLE applications DROP expires_on, DROP expiry_warned_on;
