DELETE FROM data_keys WHERE purpose = 'lookup';
ALTER TABLE data_keys DROP purpose;
