//! What the role of the running server cannot do.

use tests::cluster;

/// Evidence: rows that nobody changes once they are written.
const EVIDENCE: [&str; 11] = [
    "audit_events",
    "audit_chain",
    "application_events",
    "submissions",
    "approvals",
    "decisions",
    "extensions",
    "delivery_events",
    "form_versions",
    "form_retirements",
    "kpi_ledger",
];

#[actix_web::test]
async fn the_server_owns_nothing() {
    let cluster = cluster().await;
    let database = cluster.city().await;
    let owned = "
        SELECT relname::text AS text FROM pg_class WHERE relowner = 'madoguchi_server'::regrole
        UNION ALL SELECT proname::text FROM pg_proc WHERE proowner = 'madoguchi_server'::regrole
        UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspowner = 'madoguchi_server'::regrole
        UNION ALL SELECT datname::text FROM pg_database WHERE datdba = 'madoguchi_server'::regrole
        UNION ALL SELECT 'may create tables' WHERE has_schema_privilege('madoguchi_server', 'public', 'CREATE')
        UNION ALL SELECT rolname::text FROM pg_roles WHERE rolname = 'madoguchi_server'
            AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)";
    assert_eq!(cluster.texts(&database, owned).await, [""; 0]);
}

#[actix_web::test]
async fn the_server_may_add_evidence_and_may_never_change_it() {
    let cluster = cluster().await;
    let database = cluster.city().await;
    let url = cluster.postgres.server_url(&database);
    for table in EVIDENCE {
        let may = format!(
            "SELECT has_table_privilege('madoguchi_server', '{table}', 'INSERT')::text AS text"
        );
        assert_eq!(cluster.texts(&database, &may).await, ["true"], "{table}");
        let column = format!(
            "SELECT column_name::text AS text FROM information_schema.column_privileges
             WHERE grantee = 'madoguchi_server' AND table_name = '{table}' AND privilege_type = 'UPDATE'"
        );
        assert_eq!(cluster.texts(&database, &column).await, [""; 0], "{table}");
        for statement in changes_of(table) {
            let refusal = cluster.refusal(&url, &statement).await;
            assert!(
                refusal.contains("permission denied"),
                "{statement}: {refusal}"
            );
        }
    }
}

#[actix_web::test]
async fn not_even_the_tables_owner_changes_evidence_by_mistake() {
    let cluster = cluster().await;
    let database = cluster.city().await;
    let url = cluster.postgres.owner_url(&database);
    for table in EVIDENCE {
        for statement in changes_of(table) {
            let refusal = cluster.refusal(&url, &statement).await;
            assert!(refusal.contains("append-only"), "{statement}: {refusal}");
        }
    }
}

fn changes_of(table: &str) -> [String; 3] {
    let column = match table {
        "audit_events" | "form_versions" => "id",
        "audit_chain" => "position",
        "delivery_events" => "delivery_id",
        "kpi_ledger" => "entry_key",
        "form_retirements" => "version_id",
        _ => "application_id",
    };
    [
        format!("UPDATE {table} SET {column} = {column}"),
        format!("DELETE FROM {table}"),
        format!("TRUNCATE {table} CASCADE"),
    ]
}
