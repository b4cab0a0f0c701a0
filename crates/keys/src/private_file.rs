//! Files with secrets, which nobody but their owner may read.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Why such a file is not used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it can be read by others: chmod 600 it")]
    TooOpen,
}

/// Whether other accounts of the machine may read the file.
///
/// # Errors
/// When there is no such file.
pub fn can_be_read_by_others(path: &Path) -> io::Result<bool> {
    Ok(is_open(&fs::metadata(path)?))
}

fn is_open(file: &Metadata) -> bool {
    file.permissions().mode() & 0o077 != 0
}

/// The text of the file.
pub(crate) fn read(path: &Path) -> Result<String, Unreadable> {
    let mut file = File::open(path)?;
    if is_open(&file.metadata()?) {
        return Err(Unreadable::TooOpen);
    }
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text)
}
