//! Migrations go up and down again.

use platform::database::{migrate, revert_all};
use tests::{Cluster, cluster};

/// Everything that is not PostgreSQL's own, but the list of migrations.
const OBJECTS: &str = "
    SELECT concat_ws(' ', relkind, relname) AS text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_\\_diesel%'
    UNION ALL SELECT concat_ws(' ', 'function', oid::regprocedure) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'type', typname) FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typname NOT LIKE '%diesel%'
    UNION ALL SELECT concat_ws(' ', 'extension', extname) FROM pg_extension WHERE extname <> 'plpgsql'
    UNION ALL SELECT concat_ws(' ', 'column', table_name, column_name, data_type, is_nullable, column_default)
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'
    UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE '%diesel%'
    UNION ALL SELECT concat_ws(' ', 'grant', table_name, privilege_type)
        FROM information_schema.role_table_grants
        WHERE grantee = 'madoguchi_server' AND table_schema = 'public'
    ORDER BY 1";

async fn objects(cluster: &Cluster, database: &str) -> Vec<String> {
    cluster.texts(database, OBJECTS).await
}

#[actix_web::test]
async fn what_goes_up_comes_down_without_a_trace_and_goes_up_again() {
    let cluster = cluster().await;
    let database = cluster.empty().await;
    let url = cluster.postgres.owner_url(&database);

    migrate(&url).await.unwrap();
    let first = objects(cluster, &database).await;
    assert!(
        first.iter().any(|object| object == "r applications"),
        "{first:#?}"
    );
    revert_all(&url).await.unwrap();
    assert_eq!(objects(cluster, &database).await, [""; 0]);
    migrate(&url).await.unwrap();
    assert_eq!(objects(cluster, &database).await, first);
}

#[actix_web::test]
async fn migrating_a_migrated_database_changes_nothing() {
    let cluster = cluster().await;
    let database = cluster.city().await;
    let applied = migrate(&cluster.postgres.owner_url(&database)).await;
    assert_eq!(applied.unwrap(), [""; 0]);
}
