//! The configuration: one struct, one table of variables, read once at the start.

mod reader;
mod shown;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::edge::{Origins, RateFactor, TrustedProxies};
use reader::Reader;
pub use shown::shown;

/// One environment variable the program reads.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The value used when it is unset; empty when there is none.
    pub default: &'static str,
    /// What it is for.
    pub help: &'static str,
}

macro_rules! variables {
    ($($name:literal = $default:literal, $help:literal;)+) => {
        /// Every variable the program reads, in the order of the documentation.
        pub const VARIABLES: &[Variable] = &[$(Variable { name: $name, default: $default, help: $help }),+];
    };
}

variables! {
    "DATABASE_URL" = "", "PostgreSQL as the server's role; unset: a private PostgreSQL in MADOGUCHI_DATA_DIR";
    "MADOGUCHI_MIGRATION_DATABASE_URL" = "", "the same database as the tables' owner; needed by `migrate` with DATABASE_URL";
    "MADOGUCHI_DATABASE_CONNECTIONS" = "8", "largest number of database connections of each HTTP thread, and of the jobs";
    "MADOGUCHI_DATA_DIR" = ".madoguchi", "folder of the private PostgreSQL and the generated master key";
    "MADOGUCHI_MASTER_KEY_FILE" = "", "file with the 32-byte master key in base64, readable by its owner only; unset: master.key in MADOGUCHI_DATA_DIR";
    "MADOGUCHI_STORAGE_URL" = "", "where files are kept, such as s3://bucket/prefix with the usual AWS_* variables; unset: the folder files in MADOGUCHI_DATA_DIR";
    "MADOGUCHI_RESIDENT_ADDR" = "127.0.0.1:8080", "listener for residents and open data";
    "MADOGUCHI_STAFF_ADDR" = "127.0.0.1:8081", "listener for staff";
    "MADOGUCHI_OPS_ADDR" = "127.0.0.1:8082", "listener for health, metrics and API documentation";
    "MADOGUCHI_RESIDENT_URL" = "", "address residents reach the portal at; unset: http:// and MADOGUCHI_RESIDENT_ADDR";
    "MADOGUCHI_STAFF_URL" = "", "address staff reach the portal at; unset: http:// and MADOGUCHI_STAFF_ADDR";
    "MADOGUCHI_LETTER_URL" = "", "page that tells whether a letter is genuine; its code is appended after a slash; unset: /v1/letters at MADOGUCHI_RESIDENT_URL";
    "MADOGUCHI_TRUSTED_PROXIES" = "", "addresses and networks, separated by commas, of proxies whose X-Forwarded-For is believed; unset: a request counts for the address it comes from";
    "MADOGUCHI_RATE_LIMITS" = "1", "factor on all rate limits, such as 0.5 or 10; off: there are none";
    "MADOGUCHI_RESIDENT_ORIGINS" = "", "origins, separated by commas, of web pages that may use the residents' API, such as https://apply.city.example; unset: none";
    "MADOGUCHI_STAFF_ORIGINS" = "", "the same for the staff's API";
    "MADOGUCHI_RESIDENT_WEB_URL" = "", "address of the residents' web pages, which log in by cookie; its origin must be the API's own or in MADOGUCHI_RESIDENT_ORIGINS; unset: no login by cookie";
    "MADOGUCHI_STAFF_WEB_URL" = "", "the same for the staff's";
    "MADOGUCHI_IDENTITY_PROVIDERS" = "", "JSON file with the identity providers; unset: nobody can log in but staff with accounts of the portal's own";
    "MADOGUCHI_LOCAL_STAFF" = "off", "on: staff may have accounts of the portal's own, by invitation, with password and second factor";
    "MADOGUCHI_SMTP_URL" = "", "mail server: smtp://host:25, smtps://user:password@host or smtp://user:password@host:587?tls=required (the path, if any, is the name given in EHLO); unset: no mail is sent and no address accepted";
    "MADOGUCHI_MAIL_FROM" = "", "bare address mail comes from; needed with MADOGUCHI_SMTP_URL";
    "MADOGUCHI_CITY_CODE" = "132110", "全国地方公共団体コード of the city, six digits";
    "MADOGUCHI_HTTP_WORKERS" = "2", "threads per listener";
    "MADOGUCHI_BODY_LIMIT" = "1048576", "largest JSON body in bytes";
    "MADOGUCHI_BODY_TIMEOUT" = "10", "seconds a request body may take to arrive; a file may stall for as long";
    "MADOGUCHI_SHUTDOWN_TIMEOUT" = "30", "seconds that requests and jobs in hand have to finish at shutdown";
    "MADOGUCHI_LOG" = "info", "log filter, as RUST_LOG of the tracing library";
    "MADOGUCHI_LOG_FORMAT" = "text", "text or json";
}

/// Everything that can be set from outside; see [`VARIABLES`] for the names.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the data is.
    pub database: DatabaseConfig,
    /// Connections of each pool.
    pub database_connections: usize,
    /// Folder of the private PostgreSQL and the generated master key.
    pub data_dir: PathBuf,
    /// Where files are kept; none: in the data directory.
    pub storage_url: Option<String>,
    /// File of the master key, and whether it may be generated there.
    pub master_key_file: PathBuf,
    /// Listener for residents and open data.
    pub resident_addr: SocketAddr,
    /// Listener for staff.
    pub staff_addr: SocketAddr,
    /// Listener for health, metrics and API documentation.
    pub ops_addr: SocketAddr,
    /// Address residents reach the portal at, without a trailing slash.
    pub resident_url: String,
    /// Address staff reach the portal at, without a trailing slash.
    pub staff_url: String,
    /// Page that tells whether a letter is genuine, without a trailing slash.
    pub letter_url: String,
    /// Proxies whose word about the client's address counts.
    pub trusted_proxies: TrustedProxies,
    /// How generous the rate limits are.
    pub rate_limits: RateFactor,
    /// Origins of web pages that may use the residents' API.
    pub resident_origins: Origins,
    /// Origins of web pages that may use the staff's API.
    pub staff_origins: Origins,
    /// Where the residents' web pages are that log in by cookie, without a trailing slash.
    pub resident_web_url: Option<String>,
    /// Where the staff's are.
    pub staff_web_url: Option<String>,
    /// File with the identity providers.
    pub identity_providers: Option<PathBuf>,
    /// Whether staff may have accounts of the portal's own.
    pub local_staff: bool,
    /// How mail is sent, if at all.
    pub mail: Option<MailConfig>,
    /// 全国地方公共団体コード.
    pub city_code: String,
    /// Threads per listener.
    pub http_workers: usize,
    /// Largest JSON body in bytes.
    pub body_limit: usize,
    /// Time a request body may take to arrive.
    pub body_timeout: Duration,
    /// Time that requests and jobs in hand have to finish at shutdown.
    pub shutdown_timeout: Duration,
    /// Log filter.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
}

/// Where the data is.
#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    /// A private PostgreSQL, started by the program.
    Embedded,
    /// One that is there already.
    External {
        /// URL of the server's role.
        server_url: String,
        /// URL of the tables' owner, for migrations.
        owner_url: Option<String>,
    },
}

/// How mail is sent.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// URL of the mail server; may hold a password.
    pub smtp_url: String,
    /// Bare address mail comes from.
    pub from: String,
}

/// A variable with a value the program cannot use.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {value:?} is not usable: {reason}")]
pub struct ConfigError {
    name: &'static str,
    value: String,
    reason: String,
}

impl ConfigError {
    /// For a value whose fault shows only where it is used.
    pub fn new(name: &'static str, value: &str, reason: impl Into<String>) -> Self {
        Self {
            name,
            value: value.to_owned(),
            reason: reason.into(),
        }
    }
}

impl Config {
    /// Reads the environment of the process.
    ///
    /// # Errors
    /// Names the variable whose value is wrong.
    pub fn from_env() -> Result<Self, ConfigError> {
        refuse_other_than_utf8(|name| std::env::var_os(name))?;
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Reads variables from anywhere; an empty value counts as unset.
    ///
    /// # Errors
    /// Names the variable whose value is wrong.
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let read = Reader(&lookup);
        let resident_addr: SocketAddr = read.parsed("MADOGUCHI_RESIDENT_ADDR")?;
        let staff_addr: SocketAddr = read.parsed("MADOGUCHI_STAFF_ADDR")?;
        let data_dir = PathBuf::from(read.text("MADOGUCHI_DATA_DIR"));
        let resident_url = read.url("MADOGUCHI_RESIDENT_URL", || {
            format!("http://{resident_addr}")
        })?;
        let staff_url = read.url("MADOGUCHI_STAFF_URL", || format!("http://{staff_addr}"))?;
        let resident_origins: Origins = read.parsed("MADOGUCHI_RESIDENT_ORIGINS")?;
        let staff_origins: Origins = read.parsed("MADOGUCHI_STAFF_ORIGINS")?;
        Ok(Self {
            database: read.database()?,
            database_connections: read.at_least_one("MADOGUCHI_DATABASE_CONNECTIONS")?,
            master_key_file: read
                .optional("MADOGUCHI_MASTER_KEY_FILE")
                .map_or_else(|| data_dir.join("master.key"), PathBuf::from),
            data_dir,
            storage_url: read.optional("MADOGUCHI_STORAGE_URL"),
            letter_url: read.url("MADOGUCHI_LETTER_URL", || {
                format!("{resident_url}/v1/letters")
            })?,
            resident_web_url: read.web_url(
                "MADOGUCHI_RESIDENT_WEB_URL",
                &resident_url,
                &resident_origins,
            )?,
            staff_web_url: read.web_url("MADOGUCHI_STAFF_WEB_URL", &staff_url, &staff_origins)?,
            resident_url,
            staff_url,
            resident_addr,
            staff_addr,
            ops_addr: read.parsed("MADOGUCHI_OPS_ADDR")?,
            trusted_proxies: read.parsed("MADOGUCHI_TRUSTED_PROXIES")?,
            rate_limits: read.parsed("MADOGUCHI_RATE_LIMITS")?,
            resident_origins,
            staff_origins,
            local_staff: read.switch("MADOGUCHI_LOCAL_STAFF")?,
            identity_providers: read
                .optional("MADOGUCHI_IDENTITY_PROVIDERS")
                .map(PathBuf::from),
            mail: read.mail()?,
            city_code: read.city_code()?,
            http_workers: read.at_least_one("MADOGUCHI_HTTP_WORKERS")?,
            body_limit: read.at_least_one("MADOGUCHI_BODY_LIMIT")?,
            body_timeout: read.seconds("MADOGUCHI_BODY_TIMEOUT")?,
            shutdown_timeout: read.seconds("MADOGUCHI_SHUTDOWN_TIMEOUT")?,
            log: read.text("MADOGUCHI_LOG"),
            log_json: read.log_json()?,
        })
    }
}

/// Such a value would otherwise count as unset.
fn refuse_other_than_utf8(lookup: impl Fn(&str) -> Option<OsString>) -> Result<(), ConfigError> {
    let mut names = VARIABLES.iter().map(|variable| variable.name);
    let wrong_one = names.find(|name| lookup(name).is_some_and(|value| value.to_str().is_none()));
    match wrong_one {
        // The value may be a secret, so it is not repeated.
        Some(name) => Err(ConfigError::new(name, "…", "must be UTF-8")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
