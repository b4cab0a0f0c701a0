diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
        run_on -> Timestamp,
    }
}

diesel::table! {
    idempotency_keys (actor_id, operation, key) {
        actor_id -> Uuid,
        operation -> Text,
        key -> Text,
        request_sha256 -> Bytea,
        response -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::define_sql_function! {
    fn pg_try_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Bool;
}
