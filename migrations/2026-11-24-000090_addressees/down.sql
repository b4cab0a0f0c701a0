DROP TABLE addressees;
