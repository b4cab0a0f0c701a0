//! The key above all others, from a file outside the database.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platform::Randomness;
use tempfile::NamedTempFile;

use crate::private_file::{self, Unreadable};
use crate::sealing::Cipher;

/// The 256-bit key that seals all private and data keys.
pub struct MasterKey(Cipher);

/// Why the master key cannot be used; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// No such file, and none may be made here.
    #[error(
        "no master key at {0}: set MADOGUCHI_MASTER_KEY_FILE, or make one with `madoguchi keys init`"
    )]
    Missing(PathBuf),
    /// The file is there and cannot be read or written.
    #[error("master key {0}: {1}")]
    Io(PathBuf, io::Error),
    /// Other accounts of the machine can read it.
    #[error("master key {0} can be read by others: chmod 600 it")]
    TooOpen(PathBuf),
    /// Not 32 bytes in base64, or all the same byte.
    #[error("master key {0} is not 32 random bytes in base64: make one with `madoguchi keys init`")]
    Unusable(PathBuf),
    /// The operating system gave no randomness.
    #[error("no randomness: {0}")]
    Randomness(String),
}

impl MasterKey {
    /// Reads the key.
    ///
    /// # Errors
    /// Names the file and what is wrong with it.
    pub fn load(path: &Path) -> Result<Self, MasterKeyError> {
        let text = private_file::read(path).map_err(|unreadable| match unreadable {
            Unreadable::TooOpen => MasterKeyError::TooOpen(path.to_owned()),
            Unreadable::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                MasterKeyError::Missing(path.to_owned())
            }
            Unreadable::Io(error) => MasterKeyError::Io(path.to_owned(), error),
        })?;
        Self::decode(&text).ok_or_else(|| MasterKeyError::Unusable(path.to_owned()))
    }

    /// Makes a new key file, readable by its owner only; an existing file is never overwritten.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn create(path: &Path, randomness: &Randomness) -> Result<Self, MasterKeyError> {
        let bytes: [u8; 32] = randomness
            .bytes()
            .map_err(|error| MasterKeyError::Randomness(error.to_string()))?;
        write_new(path, &format!("{}\n", STANDARD.encode(bytes)))
            .map_err(|error| MasterKeyError::Io(path.to_owned(), error))?;
        Self::load(path)
    }

    pub(crate) fn cipher(&self) -> &Cipher {
        &self.0
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim()).ok()?;
        let constant = bytes.iter().all(|byte| Some(byte) == bytes.first());
        if bytes.len() != 32 || constant {
            return None;
        }
        Cipher::new(&bytes).ok().map(Self)
    }
}

/// The name appears with its whole content or not at all: an empty key file would block every start.
fn write_new(path: &Path, content: &str) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    // Created with mode 0600, and removed when it is dropped.
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(content.as_bytes())?;
    file.as_file().sync_all()?;
    fs::hard_link(file.path(), path)?;
    file.close()?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_new_key_is_private_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/master.key");
        MasterKey::create(&path, &Randomness::seeded(1)).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(matches!(
            MasterKey::create(&path, &Randomness::seeded(2)),
            Err(MasterKeyError::Io(..))
        ));
    }

    #[test]
    fn making_a_key_leaves_the_key_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::create(&path, &Randomness::seeded(1)).unwrap();
        let written = fs::read(&path).unwrap();
        assert!(MasterKey::create(&path, &Randomness::seeded(2)).is_err());
        assert_eq!(fs::read(&path).unwrap(), written);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_is_missing_open_short_or_constant_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        assert!(matches!(
            MasterKey::load(&path),
            Err(MasterKeyError::Missing(_))
        ));
        let write = |text: String, mode| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            MasterKey::load(&path)
        };
        let good = STANDARD.encode(std::array::from_fn::<u8, 32, _>(|i| i as u8));
        assert!(matches!(
            write(good.clone(), 0o644),
            Err(MasterKeyError::TooOpen(_))
        ));
        assert!(matches!(
            write("c2hvcnQ=".into(), 0o600),
            Err(MasterKeyError::Unusable(_))
        ));
        assert!(matches!(
            write(STANDARD.encode([7; 32]), 0o600),
            Err(MasterKeyError::Unusable(_))
        ));
        assert!(write(good, 0o600).is_ok());
    }
}
