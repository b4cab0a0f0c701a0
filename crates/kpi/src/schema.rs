diesel::table! {
    kpi_procedures (procedure_id) {
        procedure_id -> Uuid,
        code -> Text,
        name -> Jsonb,
        department_code -> Text,
        in_scope -> Bool,
    }
}

diesel::table! {
    kpi_procedure_owners (procedure_id, starts_on) {
        procedure_id -> Uuid,
        starts_on -> Date,
        department_code -> Text,
    }
}

diesel::table! {
    kpi_digital_intervals (procedure_id, starts_on) {
        procedure_id -> Uuid,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
    }
}

diesel::table! {
    kpi_ledger (entry_key) {
        entry_key -> Text,
        procedure_id -> Uuid,
        channel -> Text,
        received_on -> Date,
        delta -> SmallInt,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    offline_count_revisions (id) {
        id -> Uuid,
        procedure_id -> Uuid,
        channel -> Text,
        starts_on -> Date,
        ends_on -> Date,
        revision -> Integer,
        count -> Integer,
        includes_transcribed -> Bool,
        reason -> Nullable<Text>,
        entered_by -> Uuid,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    kpi_targets (metric, fiscal_year) {
        metric -> Text,
        fiscal_year -> Integer,
        percent -> Integer,
    }
}

diesel::table! {
    survey_tokens (token_sha256) {
        token_sha256 -> Bytea,
        procedure_id -> Uuid,
        form_version -> Integer,
        channel -> Text,
        touchpoint -> Text,
        issued_on -> Date,
        used -> Bool,
    }
}

diesel::table! {
    survey_answers (id) {
        id -> Uuid,
        procedure_id -> Uuid,
        form_version -> Integer,
        channel -> Text,
        touchpoint -> Text,
        rating -> Nullable<SmallInt>,
        reasons -> Array<Text>,
        free_text -> Nullable<Text>,
        answered_on -> Date,
    }
}

diesel::joinable!(kpi_digital_intervals -> kpi_procedures (procedure_id));
diesel::joinable!(offline_count_revisions -> kpi_procedures (procedure_id));
diesel::allow_tables_to_appear_in_same_query!(
    kpi_procedures,
    kpi_digital_intervals,
    offline_count_revisions,
);
