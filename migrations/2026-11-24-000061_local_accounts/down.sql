DROP TABLE staff_addresses, sign_in_attempts, sign_ins, recovery_codes, staff_invitations, local_accounts;
