diesel::table! {
    letters (id) {
        id -> Uuid,
        code_sha256 -> Bytea,
        kind -> Text,
        sender -> Text,
        issued_on -> Date,
        pdf_sha256 -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    signatories (office, valid_from) {
        office -> Text,
        valid_from -> Date,
        title -> Text,
        holder -> Text,
    }
}
