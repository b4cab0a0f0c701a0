use std::fs;
use std::os::unix::fs::PermissionsExt;

use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::*;

mod after_a_crash;

/// A directory of one test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("madoguchi-test-{test}-{}", std::process::id()));
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o711)).unwrap();
        Self(path)
    }

    fn durable(&self) -> Options {
        Options {
            directory: self.0.join("data"),
            durability: Durability::Durable,
        }
    }

    fn throw_away(&self) -> Options {
        Options {
            directory: self.0.join("data"),
            durability: Durability::ThrowAway,
        }
    }

    fn cluster(&self) -> PathBuf {
        self.0.join("data/cluster")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

async fn execute(url: &str, statements: &str) -> diesel::QueryResult<()> {
    let mut connection = AsyncPgConnection::establish(url).await.unwrap();
    connection.batch_execute(statements).await
}

async fn holds(url: &str, condition: &str) -> bool {
    let mut connection = AsyncPgConnection::establish(url).await.unwrap();
    diesel::select(sql::<Bool>(condition))
        .get_result(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn data_survives_stop_and_start() {
    let folder = Folder::new("survives");
    let first = EmbeddedPostgres::start(&folder.durable()).await.unwrap();
    let url = first.owner_url(EmbeddedPostgres::DATABASE);
    execute(&url, "CREATE TABLE kept AS SELECT '窓口' AS word")
        .await
        .unwrap();
    first.stop().await.unwrap();

    let second = EmbeddedPostgres::start(&folder.durable()).await.unwrap();
    let url = second.owner_url(EmbeddedPostgres::DATABASE);
    assert!(holds(&url, "(SELECT word = '窓口' FROM kept)").await);
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_start_on_the_directory_is_refused_with_the_pid() {
    let folder = Folder::new("refused");
    let running = EmbeddedPostgres::start(&folder.throw_away()).await.unwrap();
    let refused = EmbeddedPostgres::start(&folder.throw_away())
        .await
        .unwrap_err();
    let text = refused.to_string();
    let StartError::AlreadyRunning { pid, .. } = refused else {
        panic!("{text}")
    };
    assert_eq!(pid, Some(std::process::id()));
    assert!(
        text.contains(&format!("process {}", std::process::id())),
        "{text}"
    );
    running.stop().await.unwrap();
}

#[tokio::test]
async fn an_attached_one_uses_the_running_server_and_leaves_it_running() {
    let folder = Folder::new("attached");
    let running = EmbeddedPostgres::start(&folder.throw_away()).await.unwrap();
    let attached = EmbeddedPostgres::attach_or_start(&folder.throw_away())
        .await
        .unwrap();
    assert_eq!(
        attached.owner_url("madoguchi"),
        running.owner_url("madoguchi")
    );
    attached.stop().await.unwrap();
    assert!(holds(&running.server_url("madoguchi"), "true").await);
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_throw_away_cluster_leaves_nothing_behind() {
    let folder = Folder::new("nothing");
    let running = EmbeddedPostgres::start(&folder.throw_away()).await.unwrap();
    let socket = running.socket.clone();
    assert!(
        holds(
            &running.admin_url("postgres"),
            "current_setting('fsync') = 'off'"
        )
        .await
    );
    drop(running);
    assert!(!socket.exists());
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0);
}

#[tokio::test]
async fn a_throw_away_start_keeps_the_durable_data_of_the_directory() {
    let folder = Folder::new("keeps");
    let durable = EmbeddedPostgres::start(&folder.durable()).await.unwrap();
    durable.stop().await.unwrap();
    let running = EmbeddedPostgres::start(&folder.throw_away()).await.unwrap();
    running.stop().await.unwrap();
    assert!(folder.cluster().join("PG_VERSION").exists());
}

#[tokio::test]
async fn data_of_another_major_version_is_refused_naming_both() {
    let folder = Folder::new("version");
    EmbeddedPostgres::start(&folder.durable())
        .await
        .unwrap()
        .stop()
        .await
        .unwrap();
    fs::write(folder.cluster().join("PG_VERSION"), "9\n").unwrap();
    let refused = EmbeddedPostgres::start(&folder.durable())
        .await
        .unwrap_err();
    let StartError::VersionMismatch {
        data, installed, ..
    } = refused
    else {
        panic!("{refused}")
    };
    assert_eq!(data, 9);
    assert!(installed >= binaries::MINIMUM_MAJOR);
}

#[tokio::test]
async fn the_server_role_cannot_create_or_own_tables() {
    let folder = Folder::new("roles");
    let running = EmbeddedPostgres::start(&folder.throw_away()).await.unwrap();
    let server = running.server_url("madoguchi");
    let create = execute(&server, "CREATE TABLE public.mine ()")
        .await
        .unwrap_err();
    assert!(
        create
            .to_string()
            .contains("permission denied for schema public"),
        "{create}"
    );
    let schema = execute(&server, "CREATE SCHEMA mine").await.unwrap_err();
    assert!(
        schema
            .to_string()
            .contains("permission denied for database"),
        "{schema}"
    );
    let escalate = execute(&server, "SET ROLE madoguchi_owner")
        .await
        .unwrap_err();
    assert!(
        escalate.to_string().contains("permission denied"),
        "{escalate}"
    );

    execute(&running.owner_url("madoguchi"), "CREATE TABLE theirs ()")
        .await
        .unwrap();
    let give = format!("ALTER TABLE theirs OWNER TO {}", roles::SERVER);
    execute(&running.owner_url("madoguchi"), &give)
        .await
        .unwrap_err();
    assert!(
        holds(
            &server,
            "NOT (SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user)"
        )
        .await
    );
    running.stop().await.unwrap();
}

#[tokio::test]
async fn the_cluster_speaks_utf8_utc_and_only_a_private_socket() {
    let folder = Folder::new("settings");
    let running = EmbeddedPostgres::start(&folder.throw_away()).await.unwrap();
    let mode = fs::metadata(&running.socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let mut connection = AsyncPgConnection::establish(&running.server_url("madoguchi"))
        .await
        .unwrap();
    for (setting, value) in [
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
    ] {
        let found: String = diesel::select(sql::<Text>(&format!("current_setting('{setting}')")))
            .get_result(&mut connection)
            .await
            .unwrap();
        assert_eq!(found, value, "{setting}");
    }
    running.stop().await.unwrap();
}

#[tokio::test]
async fn of_two_that_migrate_at_once_one_does_and_the_other_waits() {
    let folder = Folder::new("migrate");
    let running = EmbeddedPostgres::start(&folder.throw_away()).await.unwrap();
    let mut server = AsyncPgConnection::establish(&running.server_url("madoguchi"))
        .await
        .unwrap();
    assert!(
        crate::database::pending_migrations(&mut server)
            .await
            .unwrap()
    );

    let owner = running.owner_url("madoguchi");
    let migrate = || crate::database::migrate(&owner);
    let (one, other) = tokio::join!(migrate(), migrate());
    let (one, other) = (one.unwrap().len(), other.unwrap().len());
    assert!(one.min(other) == 0 && one.max(other) > 0, "{one}, {other}");
    assert!(
        !crate::database::pending_migrations(&mut server)
            .await
            .unwrap()
    );
    running.stop().await.unwrap();
}

#[test]
fn a_socket_directory_and_a_database_are_percent_encoded() {
    let url = url(Path::new("/tmp/窓 a"), "role", "d/b");
    assert_eq!(url, "postgres://role@%2Ftmp%2F%E7%AA%93%20a/d%2Fb");
}

#[tokio::test]
async fn a_directory_closed_to_the_account_of_postgresql_is_no_obstacle() {
    let folder = Folder::new("closed");
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700)).unwrap();
    let running = EmbeddedPostgres::start(&folder.throw_away()).await.unwrap();
    let mut connection = AsyncPgConnection::establish(&running.admin_url("postgres"))
        .await
        .unwrap();
    let cluster: String = diesel::select(sql::<Text>("current_setting('data_directory')"))
        .get_result(&mut connection)
        .await
        .unwrap();
    let is_moved = !Path::new(&cluster).starts_with(folder.0.canonicalize().unwrap());
    assert_eq!(is_moved, account::effective_uid().unwrap() == 0);
    running.stop().await.unwrap();
    assert!(!Path::new(&cluster).exists());
}
