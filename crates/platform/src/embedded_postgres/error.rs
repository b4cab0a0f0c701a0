//! Why the embedded PostgreSQL did not start or stop, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// Why the embedded PostgreSQL did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No PostgreSQL 15 or newer on this machine.
    #[error(
        "PostgreSQL {minimum} or newer was not found: install it (`apt-get install postgresql`, \
         `brew install postgresql@15`), put its `postgres` and `initdb` on PATH, or set DATABASE_URL",
        minimum = super::binaries::MINIMUM_MAJOR
    )]
    BinariesNotFound,

    /// The data was made by a major version that is not installed.
    #[error(
        "the data in {} was made by PostgreSQL {data}, but PostgreSQL {installed} is installed: \
         install PostgreSQL {data} beside it, or carry the data over with pg_upgrade or pg_dump",
        cluster.display()
    )]
    VersionMismatch {
        /// The cluster directory.
        cluster: PathBuf,
        /// The major version that made the data.
        data: u32,
        /// The major version found on this machine.
        installed: u32,
    },

    /// Another process of ours holds this directory.
    #[error(
        "the embedded PostgreSQL in {} is already run by {}: stop that process, or give this one \
         another data directory",
        directory.display(),
        holder(*pid)
    )]
    AlreadyRunning {
        /// The data directory.
        directory: PathBuf,
        /// The process that holds it, where it could be read.
        pid: Option<u32>,
    },

    /// Another process runs the cluster, and it could not be reached.
    #[error(
        "the embedded PostgreSQL in {} is run by {}, but it does not answer ({cause}): run this \
         command as the same user, or stop that process and try again",
        directory.display(),
        holder(*pid)
    )]
    CannotAttach {
        /// The data directory.
        directory: PathBuf,
        /// The process that holds it, where it could be read.
        pid: Option<u32>,
        /// The last failure to connect.
        cause: String,
    },

    /// Started by root on a machine without an account PostgreSQL could run as.
    #[error(
        "PostgreSQL refuses to run as root, and /etc/passwd has no user `postgres` or `nobody`: \
         start as an ordinary user, or add one (`useradd --system postgres`)"
    )]
    NoAccount,

    /// Started by root, and no folder can be entered by the account PostgreSQL runs as.
    #[error(
        "PostgreSQL runs as {account}, which cannot enter {}: start as an ordinary user, or choose \
         a data directory that {account} can enter (`chmod a+x` its parents)",
        directory.display()
    )]
    NoPlace {
        /// The data directory.
        directory: PathBuf,
        /// The account.
        account: String,
    },

    /// A directory that must be private belongs to somebody else or is open to others.
    #[error(
        "{} is not a private directory (mode 0700) of {account}, who runs PostgreSQL: start as its \
         owner, or remove it if nobody needs it",
        path.display()
    )]
    NotPrivate {
        /// The directory.
        path: PathBuf,
        /// The account that should own it.
        account: String,
    },

    /// Every folder for temporary files is too long for a Unix socket, or closed to the account.
    #[error(
        "no folder for temporary files is short enough for a Unix socket and open to {account}: \
         set TMPDIR to one, for example /tmp"
    )]
    NoSocketPlace {
        /// The account.
        account: String,
    },

    /// Something that is not a cluster stands where the cluster belongs.
    #[error("{} exists and is not a PostgreSQL cluster: move it away and start again", path.display())]
    NotACluster {
        /// The directory.
        path: PathBuf,
    },

    /// A server left over from an earlier run could not be stopped.
    #[error(
        "process {pid} still runs PostgreSQL on {} and does not stop: end it (`kill -INT {pid}`) \
         and start again\n{output}",
        cluster.display()
    )]
    Leftover {
        /// The cluster directory.
        cluster: PathBuf,
        /// The left-over server.
        pid: u32,
        /// What `pg_ctl` said.
        output: String,
    },

    /// `initdb` failed.
    #[error("initdb could not make a cluster; correct what it says and start again:\n{output}")]
    Initdb {
        /// What `initdb` said.
        output: String,
    },

    /// The server ended, or did not accept a connection in time.
    #[error(
        "PostgreSQL {what}; correct what its log {} says and start again:\n{lines}",
        log.display()
    )]
    Server {
        /// What happened to the server.
        what: String,
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        lines: String,
    },

    /// The roles or the database could not be created.
    #[error("the database roles could not be created; is the disk full or read-only? {0}")]
    Roles(#[from] diesel::result::Error),

    /// A file, directory or program could not be used.
    #[error("{}: {source}; check that it exists and that this user may use it", path.display())]
    Io {
        /// What was used.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
}

/// Why the embedded PostgreSQL did not stop cleanly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StopError {
    /// The server did not end with a clean shutdown; the next start recovers the data.
    #[error(
        "PostgreSQL did not shut down cleanly ({status}); the next start recovers, {} says why",
        log.display()
    )]
    Unclean {
        /// How the server ended.
        status: String,
        /// The server's log.
        log: PathBuf,
    },

    /// The operating system refused an operation.
    #[error("PostgreSQL could not be stopped: {0}; the system ends it when this process ends")]
    Io(#[from] io::Error),
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(
        || "another process".to_owned(),
        |pid| format!("process {pid}"),
    )
}

/// Says which path an i/o error is about.
pub(super) trait AtPath<T> {
    fn at(self, path: &Path) -> Result<T, StartError>;
}

impl<T> AtPath<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, StartError> {
        self.map_err(|source| StartError::Io {
            path: path.to_owned(),
            source,
        })
    }
}
