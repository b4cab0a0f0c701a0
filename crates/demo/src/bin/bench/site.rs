//! Where it is measured: a throw-away folder, the identity provider, the mail server, the program.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use demo::city::DemoResident;
use demo::identity_provider::{IdTokenAlgorithm, IdentityProvider, Settings};
use demo::mail_catcher::MailCatcher;
use demo::settlement::{self, Program, Serving};
use platform::Clock;
use platform::config::Config;
use tempfile::TempDir;

use crate::crowd::{self, Crowd};
use crate::database::Postgres;
use crate::memory;
use crate::portal::{Portal, Session};
use crate::{Failure, Result};

/// Everything but the running program.
pub(crate) struct Site {
    folder: TempDir,
    config: Config,
    issuer: String,
    mails: MailCatcher,
    newcomers: &'static [DemoResident],
    catalogue: PathBuf,
}

/// The people of the city, known to the portal.
pub(crate) struct City {
    pub(crate) portal: Portal,
    pub(crate) crowd: Crowd,
    pub(crate) reviewer: Session,
    pub(crate) analyst: Session,
    pub(crate) postgres: Postgres,
}

/// A running program.
pub(crate) struct Open {
    serving: Serving,
}

impl Site {
    /// Opens what the program needs, in a folder that goes with the site.
    pub(crate) async fn prepare(catalogue: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("madoguchi-bench-")
            .permissions(std::fs::Permissions::from_mode(0o711))
            .tempdir()?;
        let mails = MailCatcher::open(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let config = configuration(folder.path(), &mails)?;
        let newcomers = crowd::residents();
        let provider = IdentityProvider::bind("127.0.0.1:0")?.with_newcomers(newcomers);
        let issuer = provider.issuer();
        let clock = Clock::real();
        let server = provider.run(Settings {
            issuer: issuer.clone(),
            clients: settlement::clients(&config.resident_url, &config.staff_url),
            id_token_algorithm: IdTokenAlgorithm::default(),
            now: Arc::new(move || clock.now()),
        })?;
        tokio::spawn(server);
        Ok(Self {
            folder,
            config,
            issuer,
            mails,
            newcomers,
            catalogue: catalogue.to_owned(),
        })
    }

    /// Fills the city through the program's own commands and lets everybody log in.
    pub(crate) async fn settle(&self) -> Result<City> {
        let program = self.program(&self.config)?;
        let mut serving = program.serve()?;
        let settled = async {
            serving.ready().await?;
            program.fill(&self.catalogue).await?;
            let portal = self.portal();
            let crowd = Crowd::log_in(&portal, self.newcomers).await?;
            crowd.prove_addresses(&self.mails).await?;
            crowd.file_cases().await?;
            Ok::<_, Failure>(City {
                reviewer: portal.staff("sato").await?,
                analyst: portal.staff("watanabe").await?,
                postgres: Postgres::of(&self.config.data_dir)?,
                crowd,
                portal,
            })
        };
        let settled = settled.await;
        serving.stop().await;
        settled
    }

    /// A program as in production.
    pub(crate) async fn open(&self) -> Result<Open> {
        Open::ready(self.program(&self.config)?.serve()?).await
    }

    /// A program that does nothing but answer.
    pub(crate) async fn open_without_worker(&self) -> Result<Open> {
        Open::ready(self.program(&self.config)?.serve_without_worker()?).await
    }

    /// As [`Self::open_without_worker`], with one connection and one thread for each listener, so that
    /// its statements can be told.
    pub(crate) async fn open_for_recording(&self) -> Result<Open> {
        let config = Config {
            database_connections: 1,
            http_workers: 1,
            ..self.config.clone()
        };
        Open::ready(self.program(&config)?.serve_without_worker()?).await
    }

    /// As [`Self::settle`], with another catalogue, and still open.
    pub(crate) async fn open_with(&self, catalogue: &Path) -> Result<Open> {
        let program = self.program(&self.config)?;
        let open = Open::ready(program.serve()?).await?;
        program.fill(catalogue).await?;
        Ok(open)
    }

    /// A client of the program.
    pub(crate) fn portal(&self) -> Portal {
        Portal::at(&self.config.resident_url, &self.config.staff_url)
    }

    pub(crate) fn catalogue(&self) -> &Path {
        &self.catalogue
    }

    pub(crate) fn mails(&self) -> &MailCatcher {
        &self.mails
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn program(&self, config: &Config) -> Result<Program> {
        let today = calendar::jst_date(Clock::real().now());
        Ok(Program::prepare(config, &self.issuer, today)?)
    }
}

impl Open {
    async fn ready(mut serving: Serving) -> Result<Self> {
        serving.ready().await?;
        Ok(Self { serving })
    }

    /// Bytes of memory the program takes now, PostgreSQL left out.
    pub(crate) fn resident_memory(&self) -> Option<u64> {
        memory::resident(self.serving.process_id()?)
    }

    /// Begins to watch its memory.
    pub(crate) fn watch_memory(&self) -> memory::Watch {
        memory::Watch::begin(self.serving.process_id())
    }

    pub(crate) async fn close(self) {
        self.serving.stop().await;
    }
}

/// As the environment has it, so that settings can be tried, but apart from any other portal.
fn configuration(folder: &Path, mails: &MailCatcher) -> Result<Config> {
    let [resident, staff, ops] = free_addresses()?;
    let data = folder.join("data").to_string_lossy().into_owned();
    Ok(Config::from_variables(|name| match name {
        "DATABASE_URL" | "MADOGUCHI_MIGRATION_DATABASE_URL" => None,
        "MADOGUCHI_RESIDENT_URL" | "MADOGUCHI_STAFF_URL" => None,
        "MADOGUCHI_DATA_DIR" => Some(data.clone()),
        "MADOGUCHI_RESIDENT_ADDR" => Some(resident.to_string()),
        "MADOGUCHI_STAFF_ADDR" => Some(staff.to_string()),
        "MADOGUCHI_OPS_ADDR" => Some(ops.to_string()),
        "MADOGUCHI_SMTP_URL" => Some(mails.smtp_url()),
        "MADOGUCHI_MAIL_FROM" => Some("portal@city.example".to_owned()),
        "MADOGUCHI_LOG" => Some("warn".to_owned()),
        "MADOGUCHI_LOCAL_STAFF" => Some("on".to_owned()),
        // The crowd has one address, and wrk the token of one person.
        "MADOGUCHI_RATE_LIMITS" => std::env::var(name).ok().or(Some("off".to_owned())),
        _ => std::env::var(name).ok(),
    })?)
}

/// Held together, so that they differ.
fn free_addresses() -> Result<[SocketAddr; 3]> {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0"));
    let [resident, staff, ops] = listeners.map(|listener| listener?.local_addr());
    Ok([resident?, staff?, ops?])
}
