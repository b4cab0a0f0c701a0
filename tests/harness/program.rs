//! The real program `madoguchi` as a process of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use platform::Clock;
use portal::auth::Audience;
use tempfile::TempDir;

use crate::call::{Client, Transport};
use crate::cluster::{target_folder, workspace};
use crate::login::log_in_over;
use crate::provider::{Agreement, Provider};
use crate::served::{Served, http};

/// Cargo builds a package's programs for its own tests only, so this one is built here, of the workspace: of its package alone, features
/// would be others, and what is built for the tests would be built once more.
static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .current_dir(workspace())
        .args(["build", "--quiet", "--workspace", "--bin", "madoguchi"]);
    build.arg("--target-dir").arg(target_folder());
    assert!(
        build.status().unwrap().success(),
        "cargo build --bin madoguchi fails"
    );
    target_folder().join("debug/madoguchi")
});

/// A data directory with its addresses, people and catalogue; runs of the program come and go.
pub struct Program {
    folder: TempDir,
    addresses: [SocketAddr; 3],
    _provider: Provider,
}

/// One run of `madoguchi serve`; killed when dropped.
pub struct Running(Child);

impl Program {
    /// A fresh directory with the catalogue imported.
    pub async fn new() -> Self {
        let addresses = free_addresses();
        let url = |audience| {
            format!(
                "http://{}",
                addresses[usize::from(audience == Audience::Staff)]
            )
        };
        let provider = Provider::start(&Clock::real(), Agreement::BY_KEY, url).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("providers.json");
        std::fs::write(file, provider.json().to_string()).unwrap();
        let program = Self {
            folder,
            addresses,
            _provider: provider,
        };
        let catalogue = workspace().join("catalogue");
        let import = ["import", "catalogue", catalogue.to_str().unwrap()];
        let imported = program.command(&import).output().unwrap();
        assert!(imported.status.success(), "{imported:?}");
        program
    }

    /// A command of the program on this directory.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let [resident, staff, ops] = self.addresses;
        let mut command = bare(arguments);
        command
            .env("MADOGUCHI_DATA_DIR", self.folder.path().join("data"))
            .env(
                "MADOGUCHI_IDENTITY_PROVIDERS",
                self.folder.path().join("providers.json"),
            )
            .env("MADOGUCHI_RESIDENT_ADDR", resident.to_string())
            .env("MADOGUCHI_STAFF_ADDR", staff.to_string())
            .env("MADOGUCHI_OPS_ADDR", ops.to_string());
        command
    }

    /// Serves, and waits until the program says it is ready.
    pub async fn serve(&self) -> Running {
        let child = self
            .command(&["serve"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut running = Running(child);
        let ready = format!("http://{}/readyz", self.addresses[2]);
        let started = Instant::now();
        while !http()
            .get(&ready)
            .send()
            .await
            .is_ok_and(|answer| answer.status() == 200)
        {
            assert!(
                running.0.try_wait().unwrap().is_none(),
                "it ended while starting"
            );
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "it does not start"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        running
    }

    /// Where the residents' listener is.
    pub fn resident_address(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// A resident, logged in at the running program.
    pub async fn resident(&self, login: &str) -> Client {
        let served = Served::elsewhere(Audience::Resident, self.addresses[0]);
        let anyone = Client::new(Audience::Resident, Transport::Socket(served));
        log_in_over(&anyone, login).await
    }

    /// An address of the operators' listener.
    pub async fn ops(&self, path: &str) -> (u16, String) {
        let url = format!("http://{}{path}", self.addresses[2]);
        let answer = http().get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The data directory.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Running {
    /// `kill -9`
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM, without waiting.
    pub fn terminate(&self) {
        let mut kill = Command::new("kill");
        let sent = kill.arg("-TERM").arg(self.0.id().to_string()).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end.
    pub async fn ended(mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "it does not end"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the program to its end with nothing set but what is given.
pub fn run_to_end(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    bare(arguments)
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(&*BINARY);
    command.args(arguments).stdin(Stdio::null());
    for variable in platform::config::VARIABLES {
        command.env_remove(variable.name);
    }
    command
}

/// Free a moment ago, which has to do: the program must be told its ports.
fn free_addresses() -> [SocketAddr; 3] {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap())
}
