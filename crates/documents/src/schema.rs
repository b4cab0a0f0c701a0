diesel::table! {
    letters (id) {
        id -> Uuid,
        code_sha256 -> Bytea,
        kind -> Text,
        sender -> Text,
        issued_on -> Date,
        pdf_sha256 -> Bytea,
        pdf_bytes -> Integer,
        storage_key -> Text,
        created_at -> Timestamptz,
    }
}
