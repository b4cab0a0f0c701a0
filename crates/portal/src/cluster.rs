//! Where the database is: one that is given, or a private one of our own.

use platform::config::{Config, DatabaseConfig};
use platform::embedded_postgres::{Durability, EmbeddedPostgres, Options};

use crate::services::StartError;

/// The database's addresses, and the private server behind them if it is ours.
pub(crate) struct Cluster {
    pub(crate) server_url: String,
    pub(crate) owner_url: Option<String>,
    embedded: Option<EmbeddedPostgres>,
}

/// Whether this command must have a private database to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// `serve`: a second one on the same directory is an error.
    Alone,
    /// Commands that may run beside `serve`.
    Shared,
}

impl Cluster {
    /// Opens the database of the configuration. A private one is migrated by the process that starts it.
    pub(crate) async fn open(config: &Config, how: Use) -> Result<Self, StartError> {
        if let DatabaseConfig::External {
            server_url,
            owner_url,
        } = &config.database
        {
            return Ok(Self {
                server_url: server_url.clone(),
                owner_url: owner_url.clone(),
                embedded: None,
            });
        }
        let options = Options {
            directory: config.data_dir.clone(),
            durability: Durability::Durable,
        };
        let embedded = match how {
            Use::Alone => EmbeddedPostgres::start(&options).await?,
            Use::Shared => EmbeddedPostgres::attach_or_start(&options).await?,
        };
        let owner_url = embedded.owner_url(EmbeddedPostgres::DATABASE);
        if !embedded.is_attached() {
            platform::database::migrate(&owner_url).await?;
        }
        Ok(Self {
            server_url: embedded.server_url(EmbeddedPostgres::DATABASE),
            owner_url: Some(owner_url),
            embedded: Some(embedded),
        })
    }

    /// Whether it is a private one, where keys may be generated without being asked.
    pub(crate) fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    /// Whether another process started it, and may still be migrating it.
    pub(crate) fn is_attached(&self) -> bool {
        self.embedded
            .as_ref()
            .is_some_and(EmbeddedPostgres::is_attached)
    }

    /// Stops a private server; a given one is left alone.
    pub(crate) async fn close(self) {
        if let Some(embedded) = self.embedded
            && let Err(error) = embedded.stop().await
        {
            tracing::warn!(error.cause = %error, "the private PostgreSQL did not stop cleanly");
        }
    }
}
