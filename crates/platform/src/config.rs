//! The configuration: one struct, one table of variables, read once at the start.

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

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
    "MADOGUCHI_DATABASE_CONNECTIONS" = "16", "largest number of database connections of this process";
    "MADOGUCHI_DATA_DIR" = ".madoguchi", "folder of the private PostgreSQL and the generated master key";
    "MADOGUCHI_MASTER_KEY_FILE" = "", "file with the 32-byte master key in base64, readable by its owner only; unset: master.key in MADOGUCHI_DATA_DIR";
    "MADOGUCHI_RESIDENT_ADDR" = "127.0.0.1:8080", "listener for residents and open data";
    "MADOGUCHI_STAFF_ADDR" = "127.0.0.1:8081", "listener for staff";
    "MADOGUCHI_OPS_ADDR" = "127.0.0.1:8082", "listener for health, metrics and API documentation";
    "MADOGUCHI_RESIDENT_URL" = "", "address residents reach the portal at; unset: http:// and MADOGUCHI_RESIDENT_ADDR";
    "MADOGUCHI_STAFF_URL" = "", "address staff reach the portal at; unset: http:// and MADOGUCHI_STAFF_ADDR";
    "MADOGUCHI_IDENTITY_PROVIDERS" = "", "JSON file with the OpenID Connect providers; unset: nobody can log in";
    "MADOGUCHI_CITY_CODE" = "132110", "全国地方公共団体コード of the city, six digits";
    "MADOGUCHI_HTTP_WORKERS" = "2", "threads per listener";
    "MADOGUCHI_BODY_LIMIT" = "1048576", "largest JSON body in bytes";
    "MADOGUCHI_BODY_TIMEOUT" = "10", "seconds a request body may take to arrive";
    "MADOGUCHI_SHUTDOWN_TIMEOUT" = "30", "seconds that requests and jobs in hand have to finish at shutdown";
    "MADOGUCHI_LOG" = "info", "log filter, as RUST_LOG of the tracing library";
    "MADOGUCHI_LOG_FORMAT" = "text", "text or json";
}

/// Everything that can be set from outside; see [`VARIABLES`] for the names.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the data is.
    pub database: DatabaseConfig,
    /// Connections of the pool.
    pub database_connections: usize,
    /// Folder of the private PostgreSQL and the generated master key.
    pub data_dir: PathBuf,
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
    /// File with the OpenID Connect providers.
    pub identity_providers: Option<PathBuf>,
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

/// A variable with a value the program cannot use.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {value:?} is not usable: {reason}")]
pub struct ConfigError {
    name: &'static str,
    value: String,
    reason: String,
}

impl Config {
    /// Reads the environment of the process.
    ///
    /// # Errors
    /// Names the variable whose value is wrong.
    pub fn from_env() -> Result<Self, ConfigError> {
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
        Ok(Self {
            database: read.database()?,
            database_connections: read.at_least_one("MADOGUCHI_DATABASE_CONNECTIONS")?,
            master_key_file: read
                .optional("MADOGUCHI_MASTER_KEY_FILE")
                .map_or_else(|| data_dir.join("master.key"), PathBuf::from),
            data_dir,
            resident_url: read.url("MADOGUCHI_RESIDENT_URL", resident_addr)?,
            staff_url: read.url("MADOGUCHI_STAFF_URL", staff_addr)?,
            resident_addr,
            staff_addr,
            ops_addr: read.parsed("MADOGUCHI_OPS_ADDR")?,
            identity_providers: read
                .optional("MADOGUCHI_IDENTITY_PROVIDERS")
                .map(PathBuf::from),
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

struct Reader<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Reader<'_> {
    fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            let variable = VARIABLES.iter().find(|variable| variable.name == name);
            variable
                .map(|variable| variable.default)
                .unwrap_or_default()
                .to_owned()
        })
    }

    fn parsed<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<T, ConfigError> {
        let value = self.text(name);
        value
            .parse()
            .map_err(|reason: T::Err| wrong(name, &value, reason.to_string()))
    }

    fn at_least_one(&self, name: &'static str) -> Result<usize, ConfigError> {
        match self.parsed(name)? {
            0 => Err(wrong(name, "0", "must be at least 1")),
            number => Ok(number),
        }
    }

    fn seconds(&self, name: &'static str) -> Result<Duration, ConfigError> {
        Ok(Duration::from_secs(self.at_least_one(name)? as u64))
    }

    fn url(&self, name: &'static str, listener: SocketAddr) -> Result<String, ConfigError> {
        let Some(value) = self.optional(name) else {
            return Ok(format!("http://{listener}"));
        };
        if value.starts_with("http://") || value.starts_with("https://") {
            Ok(value.trim_end_matches('/').to_owned())
        } else {
            Err(wrong(name, &value, "must start with http:// or https://"))
        }
    }

    fn database(&self) -> Result<DatabaseConfig, ConfigError> {
        let Some(server_url) = self.optional("DATABASE_URL") else {
            return Ok(DatabaseConfig::Embedded);
        };
        if !server_url.starts_with("postgres://") && !server_url.starts_with("postgresql://") {
            // The value may hold a password, so it is not repeated.
            return Err(wrong("DATABASE_URL", "…", "must start with postgres://"));
        }
        Ok(DatabaseConfig::External {
            server_url,
            owner_url: self.optional("MADOGUCHI_MIGRATION_DATABASE_URL"),
        })
    }

    fn city_code(&self) -> Result<String, ConfigError> {
        let value = self.text("MADOGUCHI_CITY_CODE");
        if value.len() == 6 && value.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(value)
        } else {
            Err(wrong("MADOGUCHI_CITY_CODE", &value, "must be six digits"))
        }
    }

    fn log_json(&self) -> Result<bool, ConfigError> {
        match self.text("MADOGUCHI_LOG_FORMAT").as_str() {
            "text" => Ok(false),
            "json" => Ok(true),
            value => Err(wrong("MADOGUCHI_LOG_FORMAT", value, "must be text or json")),
        }
    }
}

fn wrong(name: &'static str, value: &str, reason: impl Into<String>) -> ConfigError {
    ConfigError {
        name,
        value: value.to_owned(),
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Result<Config, ConfigError> {
        Config::from_variables(|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn with_nothing_set_the_defaults_hold() {
        let config = Config::from_variables(|_| None).unwrap();
        assert!(matches!(config.database, DatabaseConfig::Embedded));
        assert_eq!(config.resident_url, "http://127.0.0.1:8080");
        assert_eq!(
            config.master_key_file,
            PathBuf::from(".madoguchi/master.key")
        );
    }

    #[test]
    fn a_wrong_value_names_its_variable() {
        for (name, value) in [
            ("MADOGUCHI_RESIDENT_ADDR", "everywhere"),
            ("MADOGUCHI_STAFF_URL", "staff.example"),
            ("MADOGUCHI_BODY_LIMIT", "0"),
            ("MADOGUCHI_BODY_TIMEOUT", "-1"),
            ("MADOGUCHI_CITY_CODE", "１３２１１０"),
            ("MADOGUCHI_LOG_FORMAT", "xml"),
            ("DATABASE_URL", "mysql://localhost"),
        ] {
            let error = with(name, value).unwrap_err().to_string();
            assert!(error.starts_with(name), "{error}");
        }
    }

    #[test]
    fn a_wrong_database_url_is_not_repeated() {
        let error = with("DATABASE_URL", "mysql://u:secret@localhost").unwrap_err();
        assert!(!error.to_string().contains("secret"));
    }
}
