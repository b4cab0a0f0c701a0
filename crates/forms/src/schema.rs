diesel::table! {
    procedures (id) {
        id -> Uuid,
        code -> Text,
        kind -> Text,
        department_id -> Uuid,
        description -> Jsonb,
        accepts_digital_from -> Nullable<Date>,
        version -> Int4,
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
        in_force_from -> Timestamptz,
    }
}

diesel::table! {
    form_retirements (version_id) {
        version_id -> Uuid,
        retired_at -> Timestamptz,
        retired_by -> Uuid,
        reason -> Text,
    }
}

diesel::table! {
    form_drafts (procedure_id) {
        procedure_id -> Uuid,
        definition -> Jsonb,
        version -> Int4,
        edited_by -> Uuid,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        based_on -> Nullable<Uuid>,
    }
}

diesel::table! {
    vocabulary (kind) {
        kind -> Text,
        content -> Jsonb,
    }
}

diesel::allow_tables_to_appear_in_same_query!(procedures, form_versions, form_retirements);
