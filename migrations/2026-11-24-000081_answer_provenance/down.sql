DROP TABLE answer_provenance;
