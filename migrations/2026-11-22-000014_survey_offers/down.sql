DROP TABLE survey_offers;
