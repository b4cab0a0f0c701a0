//! A private PostgreSQL for a machine without one configured.
//!
//! Runs the locally installed binaries on a data directory, reachable only through a Unix socket in
//! a directory closed to other users, and stops them with the process that started them.

#[cfg(not(unix))]
compile_error!("the embedded PostgreSQL runs on Linux and macOS only");

mod account;
mod binaries;
mod cluster;
mod error;
mod lock;
mod place;
mod roles;
mod server;
mod supervisor;

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use tokio::time::{Instant, sleep};

use error::AtPath;
pub use error::{StartError, StopError};
use server::Server;

const START_POLL: Duration = Duration::from_millis(20);
const START_LIMIT: Duration = Duration::from_secs(30);
/// Replaying the log after a crash takes as long as it takes; giving up would only begin it again.
const RECOVERY_LIMIT: Duration = Duration::from_secs(30 * 60);
const ATTACH_POLL: Duration = Duration::from_millis(50);
const ATTACH_LIMIT: Duration = Duration::from_secs(60);

/// Where and how to run the embedded PostgreSQL.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data directory, created when missing.
    pub directory: PathBuf,
    /// Whether the data must survive.
    pub durability: Durability,
}

/// Whether the data must survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Survives restarts and crashes, with data checksums.
    Durable,
    /// For tests: nothing is synced to disk, and stopping removes the data.
    ThrowAway,
}

/// A running PostgreSQL with the roles and the database of the program.
///
/// Dropping one that was started stops it and blocks until it has ended; prefer [`Self::stop`] in
/// asynchronous code. Dropping one that was attached leaves it running.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    socket: PathBuf,
    server: Option<Server>,
}

impl EmbeddedPostgres {
    /// Starts PostgreSQL on the directory and waits until it accepts connections.
    ///
    /// # Errors
    /// [`StartError::AlreadyRunning`] when another process runs it; every other text says what to do.
    pub async fn start(options: &Options) -> Result<Self, StartError> {
        let wanted = options.clone();
        let mut server = tokio::task::spawn_blocking(move || Server::launch(&wanted))
            .await
            .map_err(std::io::Error::other)
            .at(&options.directory)??;
        let admin = url(server.socket(), cluster::SUPERUSER, "postgres");
        let mut connection = connect_to_starting(&mut server, &admin).await?;
        roles::create(&mut connection).await?;
        server.announce()?;
        tracing::info!(postgres.socket = %server.socket().display(), "PostgreSQL started");
        Ok(Self {
            socket: server.socket().to_owned(),
            server: Some(server),
        })
    }

    /// Uses the PostgreSQL another process of ours runs on the directory, or else starts it: for
    /// one-off commands beside a running server.
    ///
    /// # Errors
    /// As [`Self::start`]; [`StartError::CannotAttach`] when the other's does not answer in 60 s.
    pub async fn attach_or_start(options: &Options) -> Result<Self, StartError> {
        let deadline = Instant::now() + ATTACH_LIMIT;
        loop {
            let (directory, pid) = match Self::start(options).await {
                Err(StartError::AlreadyRunning { directory, pid }) => (directory, pid),
                other => return other,
            };
            let cause = match attach(&directory).await {
                Ok(attached) => return Ok(attached),
                Err(cause) => cause,
            };
            if Instant::now() > deadline {
                return Err(StartError::CannotAttach {
                    directory,
                    pid,
                    cause,
                });
            }
            sleep(ATTACH_POLL).await;
        }
    }

    /// Whether another process of ours runs it.
    #[must_use]
    pub fn is_attached(&self) -> bool {
        self.server.is_none()
    }

    /// The name of the program's database, owned by the owner role.
    pub const DATABASE: &str = roles::DATABASE;

    /// For the role that owns the tables and runs the migrations.
    #[must_use]
    pub fn owner_url(&self, database: &str) -> String {
        url(&self.socket, roles::OWNER, database)
    }

    /// For the role the server and the worker connect as; it owns nothing.
    #[must_use]
    pub fn server_url(&self, database: &str) -> String {
        url(&self.socket, roles::SERVER, database)
    }

    /// For the superuser.
    #[must_use]
    pub fn admin_url(&self, database: &str) -> String {
        url(&self.socket, cluster::SUPERUSER, database)
    }

    /// Fast shutdown, waited for; open connections are closed by the server. An attached one is
    /// left running.
    ///
    /// # Errors
    /// [`StopError::Unclean`] when the server had crashed or had to be ended by force.
    pub async fn stop(self) -> Result<(), StopError> {
        let Some(server) = self.server else {
            return Ok(());
        };
        tokio::task::spawn_blocking(move || server.stop())
            .await
            .map_err(std::io::Error::other)?
    }
}

async fn connect_to_starting(
    server: &mut Server,
    url: &str,
) -> Result<AsyncPgConnection, StartError> {
    let started = Instant::now();
    loop {
        let cause = match AsyncPgConnection::establish(url).await {
            Ok(connection) => return Ok(connection),
            Err(error) => error.to_string(),
        };
        if let Some(status) = server.ended() {
            return Err(server.failure(format!("ended while starting ({status})")));
        }
        let recovering = cause.contains("the database system is");
        let limit = if recovering {
            RECOVERY_LIMIT
        } else {
            START_LIMIT
        };
        if started.elapsed() > limit {
            return Err(server.failure(format!("does not accept connections ({cause})")));
        }
        sleep(START_POLL).await;
    }
}

/// The error is the reason as text.
async fn attach(directory: &Path) -> Result<EmbeddedPostgres, String> {
    let socket = lock::read_holder(directory)
        .socket
        .ok_or("it is still starting")?;
    let admin = url(&socket, cluster::SUPERUSER, "postgres");
    let connected = AsyncPgConnection::establish(&admin).await;
    connected.map_err(|error| error.to_string())?;
    Ok(EmbeddedPostgres {
        socket,
        server: None,
    })
}

fn url(socket: &Path, role: &str, database: &str) -> String {
    let host = percent_encode(socket.as_os_str().as_bytes());
    format!(
        "postgres://{role}@{host}/{}",
        percent_encode(database.as_bytes())
    )
}

fn percent_encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len() * 3);
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
