diesel::table! {
    procedures (id) {
        id -> Uuid,
        code -> Text,
        kind -> Text,
        department_id -> Uuid,
        description -> Jsonb,
        accepts_digital_from -> Nullable<Date>,
    }
}

diesel::table! {
    form_versions (id) {
        id -> Uuid,
        procedure_id -> Uuid,
        number -> Int4,
        definition -> Jsonb,
        sha256 -> Bytea,
        published_at -> Timestamptz,
    }
}

diesel::table! {
    vocabulary (kind) {
        kind -> Text,
        content -> Jsonb,
    }
}

diesel::allow_tables_to_appear_in_same_query!(procedures, form_versions);
