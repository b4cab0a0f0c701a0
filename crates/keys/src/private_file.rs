//! Files with secrets, which nobody but their owner may read.

use std::fs::File;
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

/// The text of the file.
pub(crate) fn read(path: &Path) -> Result<String, Unreadable> {
    let mut file = File::open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        return Err(Unreadable::TooOpen);
    }
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text)
}
