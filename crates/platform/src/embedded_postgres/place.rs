//! Where the cluster, its socket and its log live.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Durability;
use super::account::{self, Account};
use super::error::{AtPath, StartError};

/// macOS takes 104 bytes with the terminating zero, Linux 108.
const LONGEST_SOCKET_PATH: usize = 103;
const SOCKET_NAME: &str = ".s.PGSQL.5432";

#[derive(Debug)]
pub(super) struct Place {
    pub(super) account: Account,
    pub(super) cluster: PathBuf,
    pub(super) socket: PathBuf,
    pub(super) log: PathBuf,
}

impl Place {
    /// `directory` is canonical and locked.
    pub(super) fn choose(directory: &Path, durability: Durability) -> Result<Self, StartError> {
        let uid = account::effective_uid()?;
        let hash = short_hash(directory);
        let homes = homes(directory, &hash, uid);
        let name = cluster_name(durability);
        let existing = homes
            .iter()
            .find(|home| home.join(name).join("PG_VERSION").exists());
        let account = match existing {
            Some(home) => Account::for_existing_cluster(uid, &home.join(name))?,
            None => Account::for_new_cluster(uid)?,
        };
        let mut candidates = existing
            .map_or(homes.as_slice(), std::slice::from_ref)
            .iter();
        let home = candidates
            .find(|home| make_open(home).is_ok() && account.can_enter(home))
            .ok_or_else(|| StartError::NoPlace {
                directory: directory.to_owned(),
                account: account.label().to_owned(),
            })?;
        if home != directory {
            tracing::warn!(
                cluster.directory = %home.display(),
                cluster.account = account.label(),
                "PostgreSQL cannot run in the data directory; its data is kept elsewhere"
            );
        }
        Ok(Self {
            socket: socket_directory(&hash, &account)?,
            cluster: home.join(name),
            log: directory.join("postgres.log"),
            account,
        })
    }

    /// Makes the socket's directory. With the lock held and no server alive, a socket in it is stale.
    pub(super) fn claim_socket_directory(&self) -> Result<(), StartError> {
        self.account.claim(&self.socket)?;
        for name in [SOCKET_NAME.to_owned(), format!("{SOCKET_NAME}.lock")] {
            let _ = fs::remove_file(self.socket.join(name));
        }
        Ok(())
    }
}

/// Apart from the durable one, so that a throw-away start never deletes kept data.
fn cluster_name(durability: Durability) -> &'static str {
    match durability {
        Durability::Durable => "cluster",
        Durability::ThrowAway => "throw-away",
    }
}

/// Root's data directory may be closed to the account PostgreSQL runs as: root has other homes.
fn homes(directory: &Path, hash: &str, our_uid: u32) -> Vec<PathBuf> {
    let mut homes = vec![directory.to_owned()];
    if our_uid == 0 {
        let in_folder = |folder: PathBuf| folder.join(format!("madoguchi-data-{hash}"));
        let others = temporary_folders().map(in_folder);
        homes.push(Path::new("/var/lib/madoguchi").join(hash));
        homes.extend(others.filter(|home| !is_taken(home)));
    }
    homes
}

/// In a shared folder another user could have been here before root.
fn is_taken(home: &Path) -> bool {
    fs::symlink_metadata(home).is_ok_and(|found| !found.is_dir() || found.uid() != 0)
}

fn socket_directory(hash: &str, account: &Account) -> Result<PathBuf, StartError> {
    let name = format!("madoguchi-{hash}");
    let folder = temporary_folders()
        .find(|folder| is_short_enough(&folder.join(&name)) && account.can_enter(folder))
        .ok_or_else(|| StartError::NoSocketPlace {
            account: account.label().to_owned(),
        })?;
    Ok(folder.join(name))
}

fn temporary_folders() -> impl Iterator<Item = PathBuf> {
    [std::env::temp_dir(), PathBuf::from("/tmp")]
        .into_iter()
        .filter_map(|folder| folder.canonicalize().ok())
}

fn is_short_enough(socket_directory: &Path) -> bool {
    let socket = socket_directory.join(SOCKET_NAME);
    socket.as_os_str().len() <= LONGEST_SOCKET_PATH
}

fn short_hash(directory: &Path) -> String {
    crate::hex(&Sha256::digest(directory.as_os_str().as_bytes())[..8])
}

/// Makes the data directory and gives its canonical name.
pub(super) fn create_directory(directory: &Path) -> Result<PathBuf, StartError> {
    make_open(directory).at(directory)?;
    directory.canonicalize().at(directory)
}

/// The account PostgreSQL runs as may pass through; only the owner may list.
fn make_open(directory: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o711)
        .create(directory)
}
