-- Answers of a draft are filled in more than once: from the identity, an intake, earlier applications.
GRANT UPDATE ON answer_provenance TO madoguchi_server;
