diesel::table! {
    signing_keys (kid) {
        kid -> Text,
        purpose -> Text,
        public_key -> Bytea,
        sealed_private_key -> Bytea,
        created_at -> Timestamptz,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    data_keys (id) {
        id -> Uuid,
        purpose -> Text,
        wrapped_key -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::define_sql_function! {
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt);
}
