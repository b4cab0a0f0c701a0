-- 法定期限: the day by which law wants the decision. Only an extension moves it.
ALTER TABLE applications ADD COLUMN limit_on date;

-- 延期: told to the applicant, once. The reason is with the event.
CREATE TABLE extensions (
    application_id uuid PRIMARY KEY REFERENCES applications,
    former_limit_on date NOT NULL,
    expected_on date NOT NULL CHECK (expected_on > former_limit_on),
    extended_by uuid NOT NULL,
    extended_at timestamptz NOT NULL
);
CALL make_append_only('extensions');
