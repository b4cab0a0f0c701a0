//! The running server: started on a locked directory, stopped when dropped.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::binaries::Binaries;
use super::error::{AtPath, StartError, StopError};
use super::lock::{self, DirectoryLock};
use super::place::{self, Place};
use super::supervisor::supervised;
use super::{Durability, Options, cluster};

const STOP_LIMIT: Duration = Duration::from_secs(60);
const STOP_POLL: Duration = Duration::from_millis(5);
const LOG_LIMIT_BYTES: u64 = 8 << 20;
const LAST_LINES: usize = 20;

const SETTINGS: [&str; 11] = [
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "shared_buffers=128MB",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=warning",
    // The details of an error quote rows, and rows hold personal data.
    "log_error_verbosity=terse",
    "log_line_prefix=%m [%p] %u@%d ",
    "logging_collector=off",
];
const THROW_AWAY_SETTINGS: [&str; 3] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

#[derive(Debug)]
pub(super) struct Server {
    directory: PathBuf,
    durability: Durability,
    place: Place,
    binaries: Binaries,
    log_start: u64,
    child: Child,
    lock: DirectoryLock,
}

impl Server {
    /// Starts the server without waiting until it accepts connections.
    pub(super) fn launch(options: &Options) -> Result<Self, StartError> {
        let directory = place::create_directory(&options.directory)?;
        let lock = DirectoryLock::acquire(&directory)?;
        let place = Place::choose(&directory, options.durability)?;
        let binaries = Binaries::find(&place.cluster)?;
        cluster::stop_leftover(&place, &binaries)?;
        if options.durability == Durability::ThrowAway {
            cluster::remove(&place.cluster)?;
        }
        cluster::ensure(&place, &binaries, options.durability)?;
        place.claim_socket_directory()?;
        let log = open_log(&place.log).at(&place.log)?;
        let log_start = log.metadata().at(&place.log)?.len();
        let mut command = server_command(&place, &binaries, options.durability);
        let child = log
            .try_clone()
            .and_then(|copy| command.stdout(copy).stderr(log).spawn())
            .at(&binaries.postgres())?;
        Ok(Self {
            directory,
            durability: options.durability,
            place,
            binaries,
            log_start,
            child,
            lock,
        })
    }

    pub(super) fn socket(&self) -> &Path {
        &self.place.socket
    }

    pub(super) fn announce(&mut self) -> Result<(), StartError> {
        self.lock.announce(&self.place.socket).at(&self.directory)
    }

    /// How the server ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The error for a server that did not come up.
    pub(super) fn failure(&self, what: String) -> StartError {
        StartError::Server {
            what,
            log: self.place.log.clone(),
            lines: last_lines(&self.place.log, self.log_start).unwrap_or_default(),
        }
    }

    pub(super) fn stop(mut self) -> Result<(), StopError> {
        let status = self.shut_down()?;
        if status.success() {
            return Ok(());
        }
        Err(StopError::Unclean {
            status: status.to_string(),
            log: self.place.log.clone(),
        })
    }

    /// Fast shutdown: open transactions are rolled back, everything committed is written.
    fn shut_down(&mut self) -> io::Result<ExitStatus> {
        drop(self.child.stdin.take());
        let started = Instant::now();
        while started.elapsed() < STOP_LIMIT {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            sleep(STOP_POLL);
        }
        tracing::warn!("PostgreSQL does not shut down; stopping it at once");
        cluster::stop_by_pg_ctl(&self.place, &self.binaries, "immediate", 10)
            .map_err(io::Error::other)?;
        self.child.wait()
    }

    /// The directories go only when nothing else is in them.
    fn remove_throw_away(&self) -> Result<(), StartError> {
        cluster::remove(&self.place.cluster)?;
        if let Some(home) = self
            .place
            .cluster
            .parent()
            .filter(|home| **home != self.directory)
        {
            let _ = fs::remove_dir(home);
        }
        fs::remove_file(&self.place.log).at(&self.place.log)?;
        lock::remove(&self.directory).at(&self.directory)?;
        let _ = fs::remove_dir(&self.directory);
        Ok(())
    }
}

impl Drop for Server {
    /// Blocks until the server has ended; the lock is released after that.
    fn drop(&mut self) {
        if let Err(error) = self.shut_down() {
            tracing::error!(error.cause = %error, "PostgreSQL could not be stopped");
            return;
        }
        let _ = fs::remove_dir(&self.place.socket);
        if self.durability == Durability::ThrowAway
            && let Err(error) = self.remove_throw_away()
        {
            tracing::warn!(error.cause = %error, "a throw-away cluster was not removed");
        }
    }
}

fn server_command(place: &Place, binaries: &Binaries, durability: Durability) -> Command {
    let throw_away = durability == Durability::ThrowAway;
    let remove = throw_away.then_some(place.cluster.as_path());
    let mut command = supervised(&place.account, &binaries.postgres(), remove);
    command
        .arg("-D")
        .arg(&place.cluster)
        .arg("-k")
        .arg(&place.socket);
    let extra = if throw_away {
        THROW_AWAY_SETTINGS.as_slice()
    } else {
        &[]
    };
    for setting in SETTINGS.iter().chain(extra) {
        command.args(["-c", setting]);
    }
    command
}

/// Kept from run to run, and turned over once when it has grown.
fn open_log(path: &Path) -> io::Result<File> {
    if fs::metadata(path).is_ok_and(|log| log.len() > LOG_LIMIT_BYTES) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    File::options()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}

fn last_lines(log: &Path, start: u64) -> io::Result<String> {
    let mut file = File::open(log)?;
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(LAST_LINES)..].join("\n"))
}
