-- Nothing in these two tables leads back to a person or an application: no id of either, no request id,
-- no address, no time of day, random keys only. There are no audit rows of them either: one would carry
-- the second and the actor. (The order of rows on disk remains; only PostgreSQL's administrator sees it.)
CREATE TABLE survey_tokens (
    token_sha256 bytea PRIMARY KEY CHECK (length(token_sha256) = 32),
    procedure_id uuid NOT NULL REFERENCES kpi_procedures,
    form_version integer NOT NULL CHECK (form_version > 0),
    channel text NOT NULL,
    touchpoint text NOT NULL CHECK (touchpoint IN ('submitted', 'decided')),
    issued_on date NOT NULL,
    -- Not the day: it would say which of the few answers of a day came of this token.
    used boolean NOT NULL DEFAULT false
);
CREATE INDEX survey_tokens_issued_on ON survey_tokens (issued_on, procedure_id);
GRANT SELECT, INSERT ON survey_tokens TO madoguchi_server;
GRANT UPDATE (used) ON survey_tokens TO madoguchi_server;

-- The server only adds. The owner may still delete: somebody may write about themselves in free_text.
CREATE TABLE survey_answers (
    id uuid PRIMARY KEY,
    procedure_id uuid NOT NULL REFERENCES kpi_procedures,
    form_version integer NOT NULL CHECK (form_version > 0),
    channel text NOT NULL,
    touchpoint text NOT NULL CHECK (touchpoint IN ('submitted', 'decided')),
    -- NULL: 回答しない.
    rating smallint CHECK (rating BETWEEN 1 AND 5),
    reasons text[] NOT NULL CHECK (reasons <@ ARRAY[
        'ease_of_finding', 'clarity', 'effort_of_input', 'identity_check', 'time_taken', 'malfunction']),
    free_text text CHECK (length(free_text) BETWEEN 1 AND 1000),
    answered_on date NOT NULL
);
CREATE INDEX survey_answers_answered_on ON survey_answers (answered_on, procedure_id);
GRANT SELECT, INSERT ON survey_answers TO madoguchi_server;

-- 小平市2040DXビジョン, Strategy 1-3.
INSERT INTO kpi_targets VALUES
    ('digital_satisfaction_rate', 2030, 70), ('digital_satisfaction_rate', 2035, 80);
