-- That the survey was offered for an application, once at each touchpoint; never which token it was.
CREATE TABLE survey_offers (
    application_id uuid NOT NULL REFERENCES applications,
    touchpoint text NOT NULL CHECK (touchpoint IN ('submitted', 'decided')),
    CONSTRAINT survey_offers_once PRIMARY KEY (application_id, touchpoint)
);
GRANT SELECT, INSERT ON survey_offers TO madoguchi_server;
