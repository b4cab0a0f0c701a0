diesel::table! {
    applications (id) {
        id -> Uuid,
        procedure_id -> Uuid,
        form_version_id -> Uuid,
        department_id -> Uuid,
        kind -> Text,
        applicant_id -> Uuid,
        subject_id -> Uuid,
        actor_id -> Uuid,
        channel -> Text,
        status -> Text,
        version -> Int4,
        sealed_answers -> Bytea,
        assignee_id -> Nullable<Uuid>,
        arrived_at -> Nullable<Timestamptz>,
        due_on -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    application_events (application_id, version) {
        application_id -> Uuid,
        version -> Int4,
        event -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        occurred_at -> Timestamptz,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    submissions (application_id) {
        application_id -> Uuid,
        reference_number -> Text,
        arrived_at -> Timestamptz,
        accepted_on -> Date,
        due_on -> Nullable<Date>,
        electronic_notice_consent -> Bool,
        sealed_content -> Bytea,
        content_sha256 -> Bytea,
        signature -> Text,
    }
}

diesel::table! {
    proposals (application_id, round) {
        application_id -> Uuid,
        round -> Int4,
        outcome -> Text,
        reason -> Nullable<Text>,
        legal_basis -> Nullable<Text>,
        proposed_by -> Uuid,
        proposed_at -> Timestamptz,
    }
}

diesel::table! {
    decisions (application_id) {
        application_id -> Uuid,
        round -> Int4,
        approved_by -> Uuid,
        decided_at -> Timestamptz,
        notice -> Jsonb,
        notice_sha256 -> Bytea,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    applications,
    application_events,
    submissions,
    proposals,
    decisions
);
