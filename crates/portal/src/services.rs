//! What handlers need, put together once at the start.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Data;
use auth::provider::{Providers, ProvidersFile};
use auth::{Audience, Realm};
use documents::letter::{FontError, Press};
use forms::Forms;
use jobs::mail::{Mailer, SettingsError};
use keys::{Keys, MasterKey, MasterKeyError};
use platform::config::{Config, ConfigError};
use platform::edge::{Edge, Origins, RateLimits};
use platform::embedded_postgres;
use platform::extract::BodyLimits;
use platform::telemetry::Metrics;
use platform::{AsyncPgConnection, Clock, Database, Error, Randomness, Storage};

use crate::cluster::Cluster;

/// Why the program cannot start; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The private PostgreSQL does not start.
    #[error(transparent)]
    Embedded(#[from] embedded_postgres::StartError),
    /// The master key cannot be used.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The database is older than the program.
    #[error("the database lacks migrations: run `madoguchi migrate` first")]
    PendingMigrations,
    /// Letters cannot be printed.
    #[error(transparent)]
    Fonts(#[from] FontError),
    /// Mail cannot be sent with these settings.
    #[error(transparent)]
    Mail(#[from] SettingsError),
    /// `migrate` was not told as whom to change tables.
    #[error("MADOGUCHI_MIGRATION_DATABASE_URL is needed beside DATABASE_URL to change tables")]
    NoOwnerUrl,
    /// The catalogue cannot be imported.
    #[error(transparent)]
    Catalogue(#[from] forms::catalogue::CatalogueError),
    /// A file cannot be read.
    #[error("{0}: {1}")]
    File(std::path::PathBuf, std::io::Error),
    /// A file does not have its form.
    #[error("{0}: {1}")]
    Json(std::path::PathBuf, serde_json::Error),
    /// The OpenAPI documents cannot be written.
    #[error("OpenAPI: {0}")]
    Documents(serde_json::Error),
    /// The register of people cannot be imported.
    #[error("{0}: {1}")]
    Register(std::path::PathBuf, auth::registration::ImportError),
    /// A listener's address cannot be used.
    #[error("{variable} {address}: {source}")]
    Bind {
        /// The variable that names the address.
        variable: &'static str,
        /// The address.
        address: std::net::SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The audit chain is broken.
    #[error("the audit chain is broken: {0}")]
    Audit(String),
    /// Output or input failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<diesel::result::Error> for StartError {
    fn from(error: diesel::result::Error) -> Self {
        Error::from(error).into()
    }
}

/// Everything handlers and jobs need. Clones share it.
#[derive(Clone)]
pub struct Services {
    /// The pool.
    pub database: Database,
    /// Where the time comes from.
    pub clock: Clock,
    /// Where random bytes come from.
    pub randomness: Randomness,
    /// All keys.
    pub keys: Keys,
    /// The published forms.
    pub forms: Forms,
    /// The way to the mail server, if there is one.
    pub mailer: Option<Mailer>,
    /// The operational counters of this process.
    pub metrics: Metrics,
    /// Where files are kept.
    pub storage: Storage,
    /// Prints letters.
    pub press: Arc<Press>,
    /// Where letters are verified; the code is appended.
    pub letter_url: String,
    /// Limits of request bodies.
    pub limits: BodyLimits,
    /// Logging in on the residents' listener.
    pub resident_realm: Realm,
    /// Logging in on the staff listener.
    pub staff_realm: Realm,
    /// Who may ask on the residents' listener, and how often.
    pub resident_edge: Edge,
    /// Who may ask on the staff listener, and how often.
    pub staff_edge: Edge,
    /// The city.
    pub city: kpi::City,
}

impl Services {
    /// Puts the services of a configuration together on a migrated database.
    pub(crate) async fn start(config: &Config, cluster: &Cluster) -> Result<Self, StartError> {
        let (clock, randomness) = (Clock::real(), Randomness::system());
        let database = Database::connect(&cluster.server_url, config.database_connections)?;
        let master = master_key(config, cluster, &randomness)?;
        let keys = {
            let mut conn = database.connection().await?;
            await_migrations(&mut conn, cluster).await?;
            Keys::load(&mut conn, master, randomness.clone(), clock.now()).await?
        };
        let providers = match &config.identity_providers {
            None => ProvidersFile::default(),
            Some(path) => Providers::read_file(path)?,
        };
        let resident_realm = Realm {
            web_url: config.resident_web_url.clone(),
            ..realm(Audience::Resident, &config.resident_url, &providers)?
        };
        Ok(Self {
            database,
            randomness,
            keys,
            forms: Forms::default(),
            mailer: mailer(config, resident_realm.people_url())?,
            metrics: Metrics::new().map_err(Error::internal)?,
            storage: storage(config)?,
            press: Arc::new(Press::new()?),
            letter_url: config.letter_url.clone(),
            limits: BodyLimits {
                bytes: config.body_limit,
                timeout: config.body_timeout,
            },
            resident_realm,
            staff_realm: Realm {
                web_url: config.staff_web_url.clone(),
                local_accounts: config.local_staff,
                ..realm(Audience::Staff, &config.staff_url, &providers)?
            },
            resident_edge: edge(config, &config.resident_origins, &clock),
            staff_edge: edge(config, &config.staff_origins, &clock),
            clock,
            city: kpi::City {
                code: config.city_code.clone(),
            },
        })
    }

    /// The same for an HTTP thread, with database connections of its own.
    pub(crate) fn on_this_thread(&self) -> Self {
        let mut services = self.clone();
        match self.database.on_this_runtime() {
            Ok(database) => services.database = database,
            Err(error) => {
                tracing::warn!(error.cause = %error, "an HTTP thread shares its connections")
            }
        }
        services
    }

    pub(crate) fn realm(&self, audience: Audience) -> &Realm {
        match audience {
            Audience::Resident => &self.resident_realm,
            Audience::Staff => &self.staff_realm,
        }
    }

    fn edge(&self, audience: Audience) -> &Edge {
        match audience {
            Audience::Resident => &self.resident_edge,
            Audience::Staff => &self.staff_edge,
        }
    }

    /// Registers everything with an application, as extractors look for it.
    pub(crate) fn register(&self, config: &mut actix_web::web::ServiceConfig, audience: Audience) {
        config
            .app_data(self.database.clone())
            .app_data(self.clock.clone())
            .app_data(self.randomness.clone())
            .app_data(self.limits)
            .app_data(self.edge(audience).clone())
            .app_data(self.realm(audience).clone())
            .app_data(Data::new(self.realm(audience).clone()))
            .app_data(Data::new(self.keys.clone()))
            .app_data(Data::new(self.forms.clone()))
            .app_data(Data::new(self.mailer.clone()))
            .app_data(Data::new(self.city.clone()))
            .app_data(Data::new(self.storage.clone()))
            .app_data(Data::from(self.press.clone()))
            .app_data(platform::extract::path_config());
    }
}

/// The login side of a listener, without web pages.
///
/// # Errors
/// When one of its identity providers cannot be used.
pub fn realm(
    audience: Audience,
    base_url: &str,
    providers: &ProvidersFile,
) -> Result<Realm, Error> {
    Ok(Realm {
        audience,
        base_url: base_url.to_owned(),
        providers: Arc::new(Providers::of(providers, audience)?),
        web_url: None,
        local_accounts: false,
    })
}

/// Each listener counts for itself: what residents do keeps no clerk waiting.
fn edge(config: &Config, origins: &Origins, clock: &Clock) -> Edge {
    Edge {
        proxies: config.trusted_proxies.clone(),
        limits: RateLimits::new(config.rate_limits, clock),
        origins: origins.clone(),
    }
}

fn mailer(config: &Config, people_url: &str) -> Result<Option<Mailer>, SettingsError> {
    let Some(mail) = &config.mail else {
        return Ok(None);
    };
    Mailer::new(&mail.smtp_url, &mail.from, people_url).map(Some)
}

/// The process that starts a private database migrates it, which takes seconds at the most.
async fn await_migrations(
    conn: &mut AsyncPgConnection,
    cluster: &Cluster,
) -> Result<(), StartError> {
    let mut tries = if cluster.is_attached() { 50 } else { 0 };
    while platform::database::pending_migrations(conn).await? {
        if tries == 0 {
            return Err(StartError::PendingMigrations);
        }
        tries -= 1;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

fn storage(config: &Config) -> Result<Storage, Error> {
    match &config.storage_url {
        None => Storage::in_folder(&config.data_dir),
        Some(url) => Storage::at_url(url, &config.data_dir),
    }
}

/// Beside a private database the key is made at the first start; a city provides its own.
fn master_key(
    config: &Config,
    cluster: &Cluster,
    randomness: &Randomness,
) -> Result<MasterKey, MasterKeyError> {
    match MasterKey::load(&config.master_key_file) {
        Err(MasterKeyError::Missing(path)) if cluster.is_embedded() => {
            match MasterKey::create(&path, randomness) {
                // Another process was faster.
                Err(MasterKeyError::Io(path, error))
                    if error.kind() == std::io::ErrorKind::AlreadyExists =>
                {
                    MasterKey::load(&path)
                }
                created => created,
            }
        }
        loaded => loaded,
    }
}
