diesel::table! {
    audit_events (id) {
        id -> Uuid,
        occurred_at -> Timestamptz,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        action -> Text,
        object_kind -> Text,
        object_id -> Nullable<Uuid>,
        request_id -> Nullable<Uuid>,
        detail -> Jsonb,
    }
}

diesel::table! {
    audit_pending (event_id) {
        event_id -> Uuid,
    }
}

diesel::table! {
    audit_chain (position) {
        position -> Int8,
        event_id -> Uuid,
        hash -> Bytea,
        sealed_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(audit_events, audit_chain, audit_pending);

diesel::define_sql_function! {
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt);
}
