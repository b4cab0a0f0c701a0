//! One throw-away PostgreSQL for the test process, and the template all tests' databases are cloned from.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use diesel_async::{
    AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _,
};
use platform::embedded_postgres::{Durability, EmbeddedPostgres, Options};
use portal::auth::organisation::StaffMember;
use serde_json::json;
use tokio::sync::OnceCell;

use crate::app::{PRESS, START};
use crate::background::off_this_runtime;

const TEMPLATE: &str = "template_city";
const FOLDER_PREFIX: &str = "madoguchi-tests-";

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
static NEXT_DATABASE: AtomicU32 = AtomicU32::new(1);

/// The PostgreSQL of this process.
pub struct Cluster {
    /// The running server; its end is the end of this process.
    pub postgres: EmbeddedPostgres,
}

/// The PostgreSQL of this process, started by the first who asks.
pub async fn cluster() -> &'static Cluster {
    CLUSTER
        .get_or_init(|| off_this_runtime(Cluster::start()))
        .await
}

impl Cluster {
    async fn start() -> Self {
        remove_leftovers();
        let options = Options {
            directory: folder(),
            durability: Durability::ThrowAway,
        };
        let cluster = Self {
            postgres: EmbeddedPostgres::start(&options).await.unwrap(),
        };
        cluster.create(TEMPLATE, "template0").await;
        platform::database::migrate(&cluster.postgres.owner_url(TEMPLATE))
            .await
            .unwrap();
        furnish(&cluster.postgres.server_url(TEMPLATE)).await;
        cluster
    }

    /// A database of its own: migrated, with the catalogue and the demo staff.
    pub async fn city(&self) -> String {
        let name = next_name();
        self.create(&name, TEMPLATE).await;
        name
    }

    /// A database with nothing in it.
    pub async fn empty(&self) -> String {
        let name = next_name();
        self.create(&name, "template0").await;
        name
    }

    async fn create(&self, name: &str, template: &str) {
        self.as_admin(
            "postgres",
            format!(
                "CREATE DATABASE {name} TEMPLATE {template} OWNER madoguchi_owner STRATEGY FILE_COPY"
            ),
        )
        .await;
    }

    /// Drops a database with whoever is connected to it.
    pub(crate) async fn remove(&self, name: &str) {
        self.as_admin("postgres", format!("DROP DATABASE {name} WITH (FORCE)"))
            .await;
    }

    /// Runs SQL as the superuser, who may do what no role of the program may.
    pub async fn as_admin(&self, database: &str, sql: String) {
        let url = self.postgres.admin_url(database);
        off_this_runtime(async move {
            let mut conn = AsyncPgConnection::establish(&url).await.unwrap();
            conn.batch_execute(&sql).await.unwrap();
        })
        .await;
    }
}

impl Cluster {
    /// Asks as the superuser; `sql` selects one column called `text`.
    pub async fn texts(&self, database: &str, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            text: String,
        }
        let (url, sql) = (self.postgres.admin_url(database), sql.to_owned());
        off_this_runtime(async move {
            let mut conn = AsyncPgConnection::establish(&url).await.unwrap();
            let rows: Vec<Row> = sql_query(sql).load(&mut conn).await.unwrap();
            rows.into_iter().map(|row| row.text).collect()
        })
        .await
    }

    /// Why the database refuses a statement.
    ///
    /// # Panics
    /// When it does not.
    pub async fn refusal(&self, url: &str, sql: &str) -> String {
        let (url, sql) = (url.to_owned(), sql.to_owned());
        off_this_runtime(async move {
            let mut conn = AsyncPgConnection::establish(&url).await.unwrap();
            conn.batch_execute(&sql).await.unwrap_err().to_string()
        })
        .await
    }
}

/// A transaction of the superuser's that is not over.
pub struct Held(AsyncPgConnection);

impl Cluster {
    /// Runs SQL in a transaction that stays open, as if somebody were at work.
    pub async fn hold(&self, database: &str, sql: &str) -> Held {
        let url = self.postgres.admin_url(database);
        let sql = format!("BEGIN; {sql}");
        off_this_runtime(async move {
            let mut conn = AsyncPgConnection::establish(&url).await.unwrap();
            conn.batch_execute(&sql).await.unwrap();
            Held(conn)
        })
        .await
    }
}

impl Held {
    /// Ends the transaction.
    pub async fn release(mut self) {
        off_this_runtime(async move { self.0.batch_execute("COMMIT").await.unwrap() }).await;
    }
}

fn next_name() -> String {
    format!("test_{}", NEXT_DATABASE.fetch_add(1, Ordering::Relaxed))
}

async fn furnish(url: &str) {
    let mut conn = AsyncPgConnection::establish(url).await.unwrap();
    portal::import_catalogue(&mut conn, &PRESS, &workspace().join("catalogue"), *START)
        .await
        .unwrap();
    let staff: Vec<_> = demo::city::staff().iter().map(as_imported).collect();
    portal::auth::organisation::import_staff(&mut conn, &staff, *START)
        .await
        .unwrap();
}

/// The issuer is put right in each test's own database: every provider has its own address.
fn as_imported(person: &demo::city::DemoStaff) -> StaffMember {
    let postings: Vec<_> = person
        .postings
        .iter()
        .map(|posting| {
            let role = format!("{:?}", posting.role).to_lowercase();
            json!({"department": posting.department, "role": role, "valid_from": "2026-04-01"})
        })
        .collect();
    serde_json::from_value(json!({
        "issuer": "demo",
        "subject": person.subject,
        "display_name": person.name,
        "postings": postings,
    }))
    .unwrap()
}

/// Where the PostgreSQL of this process has its files.
pub(crate) fn folder() -> PathBuf {
    let name = format!("{FOLDER_PREFIX}{}", std::process::id());
    std::env::temp_dir().join(name)
}

/// The root of the checkout.
pub fn workspace() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        package.parent().unwrap().to_owned()
    });
    &ROOT
}

/// Cargo's target folder, of which this test is a product: `target/debug/deps/madoguchi-…`.
pub fn target_folder() -> &'static Path {
    static TARGET: LazyLock<PathBuf> = LazyLock::new(|| {
        let executable = std::env::current_exe().unwrap();
        executable.ancestors().nth(3).unwrap().to_owned()
    });
    &TARGET
}

/// A process ends without dropping its statics; the next one sweeps up after it.
fn remove_leftovers() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(pid) = name
            .to_str()
            .and_then(|name| name.strip_prefix(FOLDER_PREFIX))
        else {
            continue;
        };
        if !Path::new("/proc").join(pid).exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
