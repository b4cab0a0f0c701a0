//! Where the locally installed PostgreSQL is.

use std::cmp::Reverse;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::StartError;

/// The oldest major version the migrations are written for.
pub(super) const MINIMUM_MAJOR: u32 = 15;

/// Folders with a folder per version, whose `bin` has the programs.
const VERSIONED: [&str; 4] = [
    "/usr/lib/postgresql",
    "/opt/homebrew/opt",
    "/usr/local/opt",
    "/Applications/Postgres.app/Contents/Versions",
];
const PLAIN: [&str; 3] = [
    "/opt/homebrew/bin",
    "/usr/local/bin",
    "/usr/local/pgsql/bin",
];

/// One installation: all its programs are of the same version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    folder: PathBuf,
    pub(super) major: u32,
}

impl Binaries {
    pub(super) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    pub(super) fn pg_ctl(&self) -> PathBuf {
        self.folder.join("pg_ctl")
    }

    /// The installation for `cluster`: the version that made its data, else the first on PATH,
    /// else the newest.
    pub(super) fn find(cluster: &Path) -> Result<Self, StartError> {
        let installed = installations();
        let newest = installed
            .first()
            .cloned()
            .ok_or(StartError::BinariesNotFound)?;
        let Some(data) = data_version(cluster) else {
            return Ok(newest);
        };
        let same = installed.into_iter().find(|found| found.major == data);
        same.ok_or_else(|| StartError::VersionMismatch {
            cluster: cluster.to_owned(),
            data,
            installed: newest.major,
        })
    }

    fn in_folder(folder: &Path) -> Option<Self> {
        // Debian and Homebrew link single programs into PATH: the folder behind the link has all.
        let postgres = folder.join("postgres").canonicalize().ok()?;
        let folder = postgres.parent()?.to_owned();
        let complete = ["initdb", "pg_ctl"]
            .iter()
            .all(|name| folder.join(name).is_file());
        let major = version_of(&postgres)?;
        (complete && major >= MINIMUM_MAJOR).then_some(Self { folder, major })
    }
}

/// The major version that made the data of `cluster`.
fn data_version(cluster: &Path) -> Option<u32> {
    let text = fs::read_to_string(cluster.join("PG_VERSION")).ok()?;
    text.trim().parse().ok()
}

fn installations() -> Vec<Binaries> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<_> = std::env::split_paths(&path)
        .filter_map(|folder| Binaries::in_folder(&folder))
        .collect();
    let mut elsewhere: Vec<_> = known_folders()
        .iter()
        .filter_map(|folder| Binaries::in_folder(folder))
        .collect();
    elsewhere.sort_by_key(|binaries| Reverse(binaries.major));
    found.extend(elsewhere);
    found
}

fn known_folders() -> Vec<PathBuf> {
    let versions = VERSIONED.iter().filter_map(|root| fs::read_dir(root).ok());
    let versions = versions.flatten().flatten();
    let versioned = versions.map(|version| version.path().join("bin"));
    versioned.chain(PLAIN.map(PathBuf::from)).collect()
}

fn version_of(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// `postgres (PostgreSQL) 15.14 (Debian …)`, `… 18beta1`.
fn parse_version(text: &str) -> Option<u32> {
    let version = text.split_once("(PostgreSQL) ")?.1;
    let end = version.find(|letter: char| !letter.is_ascii_digit());
    version[..end.unwrap_or(version.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_prints() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.14 (Debian 15.14-0)\n"),
            Some(15)
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(parse_version("command not found"), None);
    }

    #[test]
    fn the_installed_programs_are_of_one_folder_and_new_enough() {
        let binaries = Binaries::find(Path::new("/nonexistent")).unwrap();
        assert!(binaries.major >= MINIMUM_MAJOR);
        assert!(binaries.initdb().is_file() && binaries.pg_ctl().is_file());
    }
}
