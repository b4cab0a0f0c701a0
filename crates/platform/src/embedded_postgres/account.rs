//! The operating-system account PostgreSQL runs as: it refuses to run as root.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::error::{AtPath, StartError};

const ROOT: u32 = 0;
const UNPRIVILEGED: [&str; 3] = ["postgres", "_postgres", "nobody"];

#[derive(Debug, Clone)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
    label: String,
    dropped: bool,
}

impl Account {
    /// The account for a new cluster: ourselves, or an unprivileged one when we are root.
    pub(super) fn for_new_cluster(our_uid: u32) -> Result<Self, StartError> {
        if our_uid != ROOT {
            return Ok(Self::ourselves(our_uid));
        }
        let path = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(path).at(path)?;
        UNPRIVILEGED
            .iter()
            .find_map(|name| Self::from_passwd(&passwd, name))
            .ok_or(StartError::NoAccount)
    }

    /// The account of a cluster that exists: root runs it as whoever owns it.
    pub(super) fn for_existing_cluster(our_uid: u32, cluster: &Path) -> Result<Self, StartError> {
        if our_uid != ROOT {
            return Ok(Self::ourselves(our_uid));
        }
        let owner = fs::symlink_metadata(cluster).at(cluster)?;
        if owner.uid() == ROOT {
            return Self::for_new_cluster(our_uid);
        }
        Ok(Self {
            uid: owner.uid(),
            gid: owner.gid(),
            label: format!("uid {}", owner.uid()),
            dropped: true,
        })
    }

    fn ourselves(uid: u32) -> Self {
        Self {
            uid,
            gid: 0,
            label: format!("uid {uid}"),
            dropped: false,
        }
    }

    fn from_passwd(passwd: &str, name: &str) -> Option<Self> {
        let line = passwd
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(parse_id);
        let uid = fields.next()??;
        let gid = fields.next()??;
        (uid != ROOT).then(|| Self {
            uid,
            gid,
            label: name.to_owned(),
            dropped: true,
        })
    }

    /// How messages name the account.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// A command run as this account, without our environment and the secrets in it.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir("/");
        for name in ["PATH", "LD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if self.dropped {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Whether the account may pass through every directory down to `directory`.
    pub(super) fn can_enter(&self, directory: &Path) -> bool {
        self.command(Path::new("/bin/sh"))
            .args(["-c", r#"cd "$1""#, "sh"])
            .arg(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Makes `path` a directory only this account can enter.
    ///
    /// # Errors
    /// [`StartError::NotPrivate`] when something of somebody else's is already there.
    pub(super) fn claim(&self, path: &Path) -> Result<(), StartError> {
        match create_private(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(error).at(path);
            }
            _ => {}
        }
        let found = fs::symlink_metadata(path).at(path)?;
        let ours = found.uid() == self.uid || (self.dropped && found.uid() == ROOT);
        if !found.is_dir() || !ours || found.mode() & 0o077 != 0 {
            return Err(StartError::NotPrivate {
                path: path.to_owned(),
                account: self.label.clone(),
            });
        }
        if self.dropped && found.uid() == ROOT {
            lchown(path, Some(self.uid), Some(self.gid)).at(path)?;
        }
        Ok(())
    }
}

fn create_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

/// macOS writes nobody's id as -2.
fn parse_id(text: &str) -> Option<u32> {
    let negative = || text.parse::<i32>().ok().map(i32::cast_unsigned);
    text.parse().ok().or_else(negative)
}

/// The effective user id of this process; std has no safe call for it.
pub(super) fn effective_uid() -> Result<u32, StartError> {
    let program = Path::new("id");
    let output = Command::new(program).arg("-u").output().at(program)?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(io::Error::other)
        .at(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:*:0:0:System:/var/root:/bin/sh\n\
        nobody:*:-2:-2:Unprivileged:/var/empty:/usr/bin/false\n\
        postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n";

    #[test]
    fn an_account_is_read_from_passwd() {
        let account = Account::from_passwd(PASSWD, "postgres").unwrap();
        assert_eq!((account.uid, account.gid), (101, 104));
        assert!(Account::from_passwd(PASSWD, "_postgres").is_none());
    }

    #[test]
    fn the_negative_id_of_macos_is_understood() {
        let account = Account::from_passwd(PASSWD, "nobody").unwrap();
        assert_eq!(account.uid, u32::MAX - 1);
    }

    #[test]
    fn root_is_never_the_account() {
        assert!(Account::from_passwd(PASSWD, "root").is_none());
    }
}
