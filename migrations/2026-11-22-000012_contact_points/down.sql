DROP TABLE contact_points;
