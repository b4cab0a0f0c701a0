DROP TABLE data_keys;
DROP TABLE signing_keys;
