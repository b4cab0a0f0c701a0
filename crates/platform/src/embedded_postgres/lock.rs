//! One start per data directory: a lock the system releases when its holder dies.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::error::{AtPath, StartError};

const FILE_NAME: &str = "lock";

/// Holds the directory until dropped. The file says who holds it and, once the server is ready,
/// where its socket is.
#[derive(Debug)]
pub(super) struct DirectoryLock {
    file: File,
}

impl DirectoryLock {
    pub(super) fn acquire(directory: &Path) -> Result<Self, StartError> {
        let path = directory.join(FILE_NAME);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .at(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StartError::AlreadyRunning {
                    directory: directory.to_owned(),
                    pid: read_holder(directory).pid,
                });
            }
            Err(TryLockError::Error(error)) => return Err(error).at(&path),
        }
        let mut lock = Self { file };
        lock.write_holder().at(&path)?;
        Ok(lock)
    }

    fn write_holder(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        writeln!(self.file, "{}", std::process::id())
    }

    /// Tells other processes that the server is ready and where.
    pub(super) fn announce(&mut self, socket: &Path) -> io::Result<()> {
        self.file.write_all(socket.as_os_str().as_bytes())?;
        self.file.write_all(b"\n")
    }
}

/// What the lock file says.
#[derive(Debug, Default)]
pub(super) struct Holder {
    pub(super) pid: Option<u32>,
    pub(super) socket: Option<PathBuf>,
}

pub(super) fn read_holder(directory: &Path) -> Holder {
    let content = fs::read(directory.join(FILE_NAME)).unwrap_or_default();
    let mut lines = content
        .split_inclusive(|&byte| byte == b'\n')
        .filter_map(|line| line.strip_suffix(b"\n"));
    let pid = lines
        .next()
        .and_then(|line| str::from_utf8(line).ok()?.parse().ok());
    let socket = lines
        .next()
        .map(|line| PathBuf::from(std::ffi::OsString::from_vec(line.to_vec())));
    Holder { pid, socket }
}

/// For a throw-away directory only: a lock file that others may come back to must stay.
pub(super) fn remove(directory: &Path) -> io::Result<()> {
    fs::remove_file(directory.join(FILE_NAME))
}
