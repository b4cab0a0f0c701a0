-- What the figures need to know of a procedure; pushed down by forms.
CREATE TABLE kpi_procedures (
    procedure_id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    name jsonb NOT NULL,
    department_code text NOT NULL,
    in_scope boolean NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON kpi_procedures TO madoguchi_server;

-- When a procedure accepts digital applications, half-open, in days of Asia/Tokyo.
CREATE TABLE kpi_digital_intervals (
    procedure_id uuid NOT NULL REFERENCES kpi_procedures,
    starts_on date NOT NULL,
    ends_on date CHECK (ends_on > starts_on),
    PRIMARY KEY (procedure_id, starts_on),
    CONSTRAINT kpi_digital_intervals_disjoint
        EXCLUDE USING gist (procedure_id WITH =, daterange(starts_on, ends_on) WITH &&)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON kpi_digital_intervals TO madoguchi_server;

-- One row per application that arrived (+1) or was struck out again (-1).
CREATE TABLE kpi_ledger (
    entry_key text PRIMARY KEY,
    procedure_id uuid NOT NULL REFERENCES kpi_procedures,
    channel text NOT NULL,
    received_on date NOT NULL,
    delta smallint NOT NULL CHECK (delta IN (-1, 1)),
    recorded_at timestamptz NOT NULL
);
CREATE INDEX kpi_ledger_received_on ON kpi_ledger (received_on, procedure_id, channel);
CALL make_append_only('kpi_ledger');

-- Counts of other channels; a correction is a further revision of the same period.
CREATE TABLE offline_count_revisions (
    id uuid PRIMARY KEY,
    procedure_id uuid NOT NULL REFERENCES kpi_procedures,
    channel text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on > starts_on),
    revision integer NOT NULL CHECK (revision > 0),
    count integer NOT NULL CHECK (count >= 0),
    includes_transcribed boolean NOT NULL,
    reason text,
    entered_by uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    -- Within one month, and so within one fiscal year.
    CONSTRAINT offline_count_revisions_month
        CHECK (ends_on <= date_trunc('month', starts_on::timestamp) + interval '1 month'),
    CONSTRAINT offline_count_revisions_once UNIQUE (procedure_id, channel, starts_on, ends_on, revision),
    -- Revisions share the period of the first, so it is enough that first ones do not overlap.
    CONSTRAINT offline_count_revisions_overlap
        EXCLUDE USING gist (procedure_id WITH =, channel WITH =, daterange(starts_on, ends_on) WITH &&)
        WHERE (revision = 1)
);
CALL make_append_only('offline_count_revisions');

-- 小平市2040DXビジョン, Strategy 1.
CREATE TABLE kpi_targets (
    metric text NOT NULL,
    fiscal_year integer NOT NULL,
    percent integer NOT NULL CHECK (percent BETWEEN 0 AND 100),
    PRIMARY KEY (metric, fiscal_year)
);
INSERT INTO kpi_targets VALUES
    ('digital_application_rate', 2030, 70), ('digital_application_rate', 2035, 90);
GRANT SELECT ON kpi_targets TO madoguchi_server;
