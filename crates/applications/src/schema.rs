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
        mandate_id -> Nullable<Uuid>,
        channel -> Text,
        status -> Text,
        version -> Int4,
        sealed_answers -> Bytea,
        sealed_removed_answers -> Nullable<Bytea>,
        assignee_id -> Nullable<Uuid>,
        arrived_at -> Nullable<Timestamptz>,
        due_on -> Nullable<Date>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        expires_on -> Nullable<Date>,
        expiry_warned_on -> Nullable<Date>,
        sealed_recent_saves -> Nullable<Bytea>,
        approving_department_id -> Nullable<Uuid>,
        limit_on -> Nullable<Date>,
    }
}

diesel::table! {
    reorganisations (id) {
        id -> Uuid,
        effective_on -> Date,
        plan -> Jsonb,
        planned_by -> Uuid,
        planned_at -> Timestamptz,
        carried_out_at -> Nullable<Timestamptz>,
        moved -> Array<Uuid>,
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
        sealed_reason -> Nullable<Bytea>,
        mandate_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    submissions (application_id) {
        application_id -> Uuid,
        reference_number -> Text,
        arrived_at -> Timestamptz,
        accepted_on -> Nullable<Date>,
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
        sealed_grounds -> Nullable<Bytea>,
        proposed_by -> Uuid,
        proposed_at -> Timestamptz,
    }
}

diesel::table! {
    approvals (application_id, round, step) {
        application_id -> Uuid,
        round -> Int4,
        step -> Int4,
        department_id -> Uuid,
        approved_by -> Uuid,
        approved_at -> Timestamptz,
    }
}

diesel::table! {
    decisions (application_id) {
        application_id -> Uuid,
        round -> Int4,
        approved_by -> Uuid,
        decided_at -> Timestamptz,
        sealed_notice -> Bytea,
        notice_sha256 -> Bytea,
    }
}

diesel::table! {
    extensions (application_id) {
        application_id -> Uuid,
        former_limit_on -> Date,
        expected_on -> Date,
        extended_by -> Uuid,
        extended_at -> Timestamptz,
    }
}

diesel::table! {
    attachments (id) {
        id -> Uuid,
        application_id -> Uuid,
        field -> Text,
        sealed_name -> Bytea,
        media_type -> Text,
        bytes -> Int8,
        sha256 -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    corrections (application_id, round) {
        application_id -> Uuid,
        round -> Int4,
        requested_by -> Uuid,
        requested_at -> Timestamptz,
        deadline -> Date,
        items -> Jsonb,
        sealed_answers -> Bytea,
        ended_at -> Nullable<Timestamptz>,
        answered -> Nullable<Bool>,
    }
}

diesel::table! {
    answer_provenance (application_id) {
        application_id -> Uuid,
        sealed_entries -> Bytea,
    }
}

diesel::table! {
    survey_offers (application_id, touchpoint) {
        application_id -> Uuid,
        touchpoint -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    applications,
    application_events,
    submissions,
    proposals,
    approvals,
    decisions,
    corrections,
    answer_provenance
);
