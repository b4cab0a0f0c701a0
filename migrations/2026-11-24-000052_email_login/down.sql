DROP TABLE email_login_codes;
