diesel::table! {
    deliveries (id) {
        id -> Uuid,
        resident_id -> Uuid,
        class -> Text,
        route -> Text,
        sender_department_id -> Uuid,
        subject_ref -> Text,
        link -> Nullable<Text>,
        sealed_content -> Bytea,
        content_sha256 -> Bytea,
        deduplication_key -> Text,
        published_at -> Timestamptz,
        first_opened_at -> Nullable<Timestamptz>,
        side -> Array<Uuid>,
    }
}

diesel::table! {
    delivery_events (delivery_id, seq) {
        delivery_id -> Uuid,
        seq -> Int4,
        kind -> Text,
        occurred_at -> Timestamptz,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        hash -> Bytea,
    }
}

diesel::table! {
    paper_tasks (delivery_id) {
        delivery_id -> Uuid,
        handed_over_at -> Nullable<Timestamptz>,
        department_id -> Uuid,
    }
}

diesel::joinable!(paper_tasks -> deliveries (delivery_id));
diesel::allow_tables_to_appear_in_same_query!(deliveries, delivery_events, paper_tasks);
