ALTER TABLE login_transactions DROP max_age, DROP acr_values;
ALTER TABLE resident_attributes DROP aal, DROP ial;
ALTER TABLE refresh_families DROP aal, DROP ial;
