//! The connection pool, transactions and migrations.

use std::future::{Ready, ready};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncConnection as _, RunQueryDsl, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use futures_util::FutureExt as _;
use tokio::runtime::Handle;

pub use diesel_async::AsyncPgConnection;

use crate::error::{Error, Result};
use crate::extract::app_state;
use crate::problem::Code;
use crate::schema::__diesel_schema_migrations;

/// The one sequence of migrations, from the top-level folder.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Statements longer than this are a fault; the limit frees the connection.
const SESSION: &str = "SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'; SET timezone = 'UTC'";

/// A pool of connections to the one PostgreSQL primary. Clones share it.
///
/// A connection is driven by the runtime that opened it. Each HTTP thread has a pool of its own
/// ([`on_this_runtime`](Self::on_this_runtime)): a statement whose connection lives elsewhere costs two
/// hand-overs between threads, and waits whenever that other thread is busy.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    family: Arc<Family>,
}

/// What the pools of a process have in common.
struct Family {
    url: String,
    connections: usize,
    pools: Mutex<Vec<Pool<AsyncPgConnection>>>,
}

/// A handler's way to the database: one connection at a time.
pub type Db = Database;

impl Database {
    /// A pool of at most so many connections, which live on the runtime this is called from.
    ///
    /// # Errors
    /// When the pool cannot be built. Connections are opened on first use.
    pub fn connect(url: &str, connections: usize) -> Result<Self> {
        Self::join(Arc::new(Family {
            url: url.to_owned(),
            connections,
            pools: Mutex::default(),
        }))
    }

    /// Another pool as large, whose connections live on the runtime this is called from.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn on_this_runtime(&self) -> Result<Self> {
        Self::join(Arc::clone(&self.family))
    }

    fn join(family: Arc<Family>) -> Result<Self> {
        let pool = pool(&family.url, family.connections)?;
        family.lock().push(pool.clone());
        Ok(Self { pool, family })
    }

    /// A connection from the pool. A request never holds two.
    ///
    /// # Errors
    /// `unavailable` (503) when none is free in five seconds or the database is away.
    pub async fn connection(&self) -> Result<Object<AsyncPgConnection>> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(_) | PoolError::Backend(_) | PoolError::Closed => {
                Error::new(Code::Unavailable).because(error)
            }
            _ => Error::internal(error),
        })
    }

    /// Connections open and connections in use of all pools of the process, for the metrics.
    pub fn usage(&self) -> (usize, usize) {
        let pools = self.family.lock();
        pools
            .iter()
            .map(Pool::status)
            .fold((0, 0), |(open, in_use), status| {
                let used = status.size.saturating_sub(status.available);
                (open + status.size, in_use + used)
            })
    }

    /// Closes all pools of the process; connections in use end with their request.
    pub fn close(&self) {
        self.family.lock().iter().for_each(Pool::close);
    }
}

impl Family {
    fn lock(&self) -> MutexGuard<'_, Vec<Pool<AsyncPgConnection>>> {
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pool(url: &str, connections: usize) -> Result<Pool<AsyncPgConnection>> {
    let runtime = Handle::current();
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |url| {
        let opening = runtime.spawn(open(url.to_owned()));
        async move {
            opening
                .await
                .map_err(|error| diesel::ConnectionError::BadConnection(error.to_string()))?
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    Pool::builder(manager)
        .max_size(connections)
        .runtime(deadpool::Runtime::Tokio1)
        .wait_timeout(Some(Duration::from_secs(5)))
        .create_timeout(Some(Duration::from_secs(5)))
        .build()
        .map_err(Error::internal)
}

async fn open(url: String) -> diesel::ConnectionResult<AsyncPgConnection> {
    let mut conn = AsyncPgConnection::establish(&url).await?;
    conn.batch_execute(SESSION)
        .await
        .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

impl FromRequest for Database {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(app_state(request))
    }
}

/// Names the advisory lock under which one process at a time changes the schema.
const MIGRATION_LOCK: i64 = 0x6d61_646f_6775_6368;

/// Runs migrations up to the newest, as the owner of the tables. Of several at once, one runs them and
/// the others wait and find nothing to do.
///
/// # Errors
/// When the database refuses one; those before it stay applied.
pub async fn migrate(owner_url: &str) -> Result<Vec<String>> {
    on_harness(owner_url, |conn| {
        // Held until the connection closes, whatever becomes of the migrations.
        let lock = diesel::sql_query("SELECT pg_advisory_lock($1)");
        diesel::RunQueryDsl::execute(lock.bind::<BigInt, _>(MIGRATION_LOCK), conn)?;
        let versions = conn.run_pending_migrations(MIGRATIONS)?;
        Ok(versions.iter().map(ToString::to_string).collect())
    })
    .await
}

/// Reverts every migration: for the up/down/up test only.
///
/// # Errors
/// When a `down.sql` fails.
pub async fn revert_all(owner_url: &str) -> Result<()> {
    on_harness(owner_url, |conn| {
        conn.revert_all_migrations(MIGRATIONS).map(drop)
    })
    .await
}

/// Whether the program knows migrations that the database lacks. Asked as the server's role, which may
/// not run them.
///
/// # Errors
/// When the database cannot be asked.
pub async fn pending_migrations(conn: &mut AsyncPgConnection) -> Result<bool> {
    if !has_migrations_table(conn).await? {
        return Ok(true);
    }
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(Error::internal)?;
    let applied: Vec<String> = __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .load(conn)
        .await?;
    let lacks = |migration: &dyn Migration<Pg>| {
        let version = migration.name().version().to_string();
        !applied.contains(&version)
    };
    Ok(known.iter().any(|migration| lacks(migration.as_ref())))
}

/// An empty database has none, and one being migrated does not show it yet.
async fn has_migrations_table(conn: &mut AsyncPgConnection) -> Result<bool> {
    let readable = sql::<Bool>(
        "coalesce(has_table_privilege(to_regclass('__diesel_schema_migrations')::oid, 'SELECT'), false)",
    );
    Ok(diesel::select(readable).get_result(conn).await?)
}

type Harness = AsyncConnectionWrapper<AsyncPgConnection>;
type MigrationResult<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// diesel's harness is synchronous; the async one panics on actix's single-threaded runtime.
async fn on_harness<T: Send + 'static>(
    url: &str,
    work: impl FnOnce(&mut Harness) -> MigrationResult<T> + Send + 'static,
) -> Result<T> {
    let url = url.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut conn = <Harness as diesel::Connection>::establish(&url)?;
        work(&mut conn)
    })
    .await
    .map_err(Error::internal)?
    .map_err(Error::internal)
}
