//! The demo city settles in: the files it is configured and filled with, and the running program.

mod files;

use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use chrono::NaiveDate;
use platform::config::{Config, DatabaseConfig};
use tokio::process::{Child, ChildStdin, Command};

use self::files::{providers_file, staff_file};
use crate::city;

pub use self::files::clients;

/// Why the demo city cannot be settled; each text says where it failed.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// A file or program of ours.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    /// A command of `madoguchi` failed.
    #[error("`madoguchi {0}` failed: {1}")]
    Command(String, ExitStatus),
    /// An address is in use.
    #[error("{0} cannot be used, perhaps by another demo or portal that is still running: {1}")]
    Address(SocketAddr, io::Error),
    /// The server ended by itself.
    #[error("`madoguchi serve` ended: {0}")]
    Ended(ExitStatus),
    /// The server does not become ready.
    #[error("`madoguchi serve` is not ready after a minute")]
    NotReady,
}

/// The program `madoguchi`, as the demo runs it.
pub struct Program {
    executable: PathBuf,
    config: Config,
    files: Files,
}

struct Files {
    providers: PathBuf,
    staff: PathBuf,
    addressees: PathBuf,
}

impl Program {
    /// The program beside our own, with its files written into the data directory.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn prepare(config: &Config, issuer: &str, since: NaiveDate) -> Result<Self, SettleError> {
        let own = std::env::current_exe().map_err(|error| at(Path::new("demo"), error))?;
        let files = Files {
            providers: config.data_dir.join("identity-providers.json"),
            staff: config.data_dir.join("staff.json"),
            addressees: config.data_dir.join("addressees.csv"),
        };
        let providers = format!("{:#}\n", providers_file(issuer));
        write_private(&files.providers, &providers)?;
        write_private(&files.staff, &format!("{:#}\n", staff_file(issuer, since)))?;
        write_private(&files.addressees, city::ADDRESSEES)?;
        Ok(Self {
            executable: own.with_file_name("madoguchi"),
            config: config.clone(),
            files,
        })
    }

    /// Starts `serve`, its worker included. It ends with us, however we end: it holds the other end
    /// of a pipe of ours.
    ///
    /// # Errors
    /// When one of its addresses is in use: what answers there would be taken for it.
    pub fn serve(&self) -> Result<Serving, SettleError> {
        self.start(&["serve", "--until-stdin-closes"])
    }

    /// As [`Self::serve`], without the worker: nothing happens but what is asked for.
    ///
    /// # Errors
    /// As [`Self::serve`].
    pub fn serve_without_worker(&self) -> Result<Serving, SettleError> {
        self.start(&["serve", "--no-worker", "--until-stdin-closes"])
    }

    fn start(&self, arguments: &[&str]) -> Result<Serving, SettleError> {
        let Config {
            resident_addr,
            staff_addr,
            ops_addr,
            ..
        } = self.config;
        for address in [resident_addr, staff_addr, ops_addr] {
            TcpListener::bind(address).map_err(|error| SettleError::Address(address, error))?;
        }
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|error| at(&self.executable, error))?;
        Ok(Serving {
            lifeline: child.stdin.take(),
            child,
            ready: format!("http://{ops_addr}/readyz"),
        })
    }

    /// Fills the city: catalogue, staff and register, through the program's own commands.
    ///
    /// # Errors
    /// When a command fails.
    pub async fn fill(&self, catalogue: &Path) -> Result<(), SettleError> {
        let catalogue = catalogue.to_string_lossy();
        let staff = self.files.staff.to_string_lossy();
        self.run(&["import", "catalogue", &catalogue]).await?;
        self.run(&["import", "staff", &staff]).await?;
        let addressees = self.files.addressees.to_string_lossy();
        self.run(&["addressees", "import", &addressees]).await
    }

    async fn run(&self, arguments: &[&str]) -> Result<(), SettleError> {
        let status = self
            .command(arguments)
            .env("MADOGUCHI_LOG", "warn")
            .status()
            .await
            .map_err(|error| at(&self.executable, error))?;
        if status.success() {
            Ok(())
        } else {
            Err(SettleError::Command(arguments.join(" "), status))
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.executable);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .env("MADOGUCHI_DATA_DIR", &self.config.data_dir)
            .env("MADOGUCHI_IDENTITY_PROVIDERS", &self.files.providers)
            .envs(variables(&self.config))
            // Ctrl-C reaches the demo, which stops the program in its own time.
            .process_group(0);
        if matches!(self.config.database, DatabaseConfig::Embedded) {
            command.env_remove("DATABASE_URL");
        }
        command
    }
}

/// What whoever prepares the program may have decided otherwise than the environment.
fn variables(config: &Config) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("MADOGUCHI_RESIDENT_ADDR", config.resident_addr.to_string()),
        ("MADOGUCHI_STAFF_ADDR", config.staff_addr.to_string()),
        ("MADOGUCHI_OPS_ADDR", config.ops_addr.to_string()),
        ("MADOGUCHI_RESIDENT_URL", config.resident_url.clone()),
        ("MADOGUCHI_STAFF_URL", config.staff_url.clone()),
        (
            "MADOGUCHI_DATABASE_CONNECTIONS",
            config.database_connections.to_string(),
        ),
        ("MADOGUCHI_HTTP_WORKERS", config.http_workers.to_string()),
        ("MADOGUCHI_RATE_LIMITS", config.rate_limits.to_string()),
        ("MADOGUCHI_LOG", config.log.clone()),
    ];
    if config.local_staff {
        variables.push(("MADOGUCHI_LOCAL_STAFF", "on".to_owned()));
    }
    if let Some(mail) = &config.mail {
        variables.push(("MADOGUCHI_SMTP_URL", mail.smtp_url.clone()));
        variables.push(("MADOGUCHI_MAIL_FROM", mail.from.clone()));
    }
    variables
}

/// A running `madoguchi serve`.
pub struct Serving {
    child: Child,
    lifeline: Option<ChildStdin>,
    ready: String,
}

impl Serving {
    /// The number the system knows it by, as long as it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits until it is ready.
    ///
    /// # Errors
    /// When it ends or takes longer than a minute.
    pub async fn ready(&mut self) -> Result<(), SettleError> {
        for _ in 0..600 {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(SettleError::Ended(status));
            }
            if reqwest::get(&self.ready)
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(SettleError::NotReady)
    }

    /// Its end, which is an error as long as it was not told to stop.
    pub async fn ended(&mut self) -> SettleError {
        match self.child.wait().await {
            Ok(status) => SettleError::Ended(status),
            Err(error) => at(Path::new("madoguchi"), error),
        }
    }

    /// Lets it finish what is in hand and waits for its end.
    pub async fn stop(mut self) {
        drop(self.lifeline.take());
        let _ = self.child.wait().await;
    }
}

/// The files name secrets and people, if only of the demo.
fn write_private(path: &Path, text: &str) -> Result<(), SettleError> {
    let write = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, text)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))
    };
    write().map_err(|error| at(path, error))
}

fn at(path: &Path, error: io::Error) -> SettleError {
    SettleError::Io(path.to_owned(), error)
}
