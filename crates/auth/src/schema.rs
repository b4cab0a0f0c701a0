diesel::table! {
    departments (id) {
        id -> Uuid,
        code -> Text,
        name -> Jsonb,
        dissolved_on -> Nullable<Date>,
        successor_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    residents (id) {
        id -> Uuid,
        created_at -> Timestamptz,
        disabled_at -> Nullable<Timestamptz>,
        auth_epoch -> Int4,
    }
}

diesel::table! {
    resident_identities (issuer, subject) {
        issuer -> Text,
        subject -> Text,
        resident_id -> Uuid,
        linked_at -> Timestamptz,
    }
}

diesel::table! {
    resident_attributes (resident_id) {
        resident_id -> Uuid,
        sealed -> Bytea,
        issuer -> Text,
        assurance -> Text,
        ial -> Int2,
        aal -> Int2,
        verified_at -> Timestamptz,
    }
}

diesel::table! {
    contact_points (resident_id, kind) {
        resident_id -> Uuid,
        kind -> Text,
        sealed_address -> Nullable<Bytea>,
        verified_at -> Nullable<Timestamptz>,
        suppressed_reason -> Nullable<Text>,
        sealed_code -> Nullable<Bytea>,
        code_made_at -> Timestamptz,
        code_tries -> Int4,
    }
}

diesel::table! {
    staff_members (id) {
        id -> Uuid,
        issuer -> Text,
        subject -> Text,
        display_name -> Text,
        disabled_at -> Nullable<Timestamptz>,
        auth_epoch -> Int4,
    }
}

diesel::table! {
    postings (id) {
        id -> Uuid,
        staff_id -> Uuid,
        department_id -> Nullable<Uuid>,
        role -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        source -> Text,
        procedures -> Nullable<Array<Uuid>>,
    }
}

diesel::table! {
    procedure_codes (procedure_id) {
        procedure_id -> Uuid,
        code -> Text,
    }
}

diesel::table! {
    local_accounts (staff_id) {
        staff_id -> Uuid,
        sealed_email -> Bytea,
        password_hash -> Nullable<Text>,
        sealed_totp_secret -> Nullable<Bytea>,
        totp_last_step -> Int8,
        totp_failures -> Int4,
        totp_failed_at -> Timestamptz,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    staff_invitations (staff_id) {
        staff_id -> Uuid,
        code_sha256 -> Bytea,
        sealed_code -> Bytea,
        made_at -> Timestamptz,
        expires_at -> Timestamptz,
        enrolment_sha256 -> Nullable<Bytea>,
        password_hash -> Nullable<Text>,
        sealed_totp_secret -> Nullable<Bytea>,
    }
}

diesel::table! {
    recovery_codes (staff_id, code_sha256) {
        staff_id -> Uuid,
        code_sha256 -> Bytea,
    }
}

diesel::table! {
    sign_ins (transaction_sha256) {
        transaction_sha256 -> Bytea,
        staff_id -> Uuid,
        tries -> Int4,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    sign_in_attempts (login_hash, address) {
        login_hash -> Bytea,
        address -> Text,
        attempts -> Int4,
        last_at -> Timestamptz,
    }
}

diesel::table! {
    staff_addresses (address) {
        address -> Text,
        signed_in_at -> Timestamptz,
    }
}

diesel::table! {
    login_transactions (state_sha256) {
        state_sha256 -> Bytea,
        browser_sha256 -> Bytea,
        audience -> Text,
        provider -> Text,
        nonce -> Text,
        code_verifier -> Text,
        acr_values -> Array<Text>,
        max_age -> Nullable<Int4>,
        return_to -> Nullable<Text>,
        expires_at -> Timestamptz,
        with_attributes -> Bool,
    }
}

diesel::table! {
    refresh_families (id) {
        id -> Uuid,
        audience -> Text,
        person_id -> Uuid,
        acr -> Text,
        ial -> Int2,
        aal -> Int2,
        authenticated_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_tokens (token_sha256) {
        token_sha256 -> Bytea,
        family_id -> Uuid,
        predecessor_sha256 -> Nullable<Bytea>,
        used_at -> Nullable<Timestamptz>,
        superseded_at -> Nullable<Timestamptz>,
        issued_at -> Timestamptz,
    }
}

diesel::table! {
    web_sessions (secret_sha256) {
        secret_sha256 -> Bytea,
        family_id -> Uuid,
        epoch -> Int4,
        last_seen_at -> Timestamptz,
    }
}

diesel::table! {
    email_login_codes (id) {
        id -> Uuid,
        address_hash -> Bytea,
        sealed_address -> Bytea,
        sealed_code -> Bytea,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    mandates (id) {
        id -> Uuid,
        kind -> Text,
        status -> Text,
        version -> Int4,
        representative_id -> Nullable<Uuid>,
        principal_id -> Nullable<Uuid>,
        sealed_description -> Nullable<Bytea>,
        description_hash -> Nullable<Bytea>,
        procedures -> Nullable<Array<Text>>,
        may_submit -> Bool,
        may_receive_post -> Bool,
        counts_as_reading -> Bool,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        offer_sha256 -> Nullable<Bytea>,
        offered_until -> Nullable<Timestamptz>,
        sealed_note -> Nullable<Bytea>,
        decided_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        vouched_by -> Nullable<Text>,
    }
}

diesel::table! {
    addressees (id) {
        id -> Uuid,
        name_birthdate_hash -> Bytea,
        name_address_hash -> Bytea,
        birthdate_address_hash -> Bytea,
        sealed -> Bytea,
        protected -> Bool,
        import_id -> Uuid,
        gone_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    registrations (id) {
        id -> Uuid,
        resident_id -> Uuid,
        status -> Text,
        addressee_id -> Nullable<Uuid>,
        sealed_attributes -> Bytea,
        sealed_reason -> Nullable<Bytea>,
        version -> Int4,
        decided_by -> Nullable<Uuid>,
        requested_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
        link_decided_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    relinks (id) {
        id -> Uuid,
        resident_id -> Uuid,
        former_id -> Uuid,
        status -> Text,
        version -> Int4,
        sealed_evidence -> Bytea,
        sealed_reason -> Nullable<Bytea>,
        proposed_by -> Uuid,
        proposed_at -> Timestamptz,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(addressees, registrations);

diesel::allow_tables_to_appear_in_same_query!(
    departments,
    procedure_codes,
    staff_members,
    postings,
    residents,
    refresh_families,
    refresh_tokens,
    web_sessions,
    local_accounts,
    staff_invitations
);
diesel::joinable!(local_accounts -> staff_members (staff_id));
diesel::joinable!(staff_invitations -> local_accounts (staff_id));

diesel::allow_tables_to_appear_in_same_query!(contact_points, mandates, residents);

diesel::define_sql_function! {
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt);
}

diesel::define_sql_function! {
    fn hashtextextended(text: diesel::sql_types::Text, seed: diesel::sql_types::BigInt) -> diesel::sql_types::BigInt;
}
