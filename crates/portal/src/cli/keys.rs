//! `madoguchi keys`

use clap::{Subcommand, ValueEnum};
use diesel_async::AsyncConnection as _;
use keys::{Keys, Purpose};
use platform::Error;
use serde_json::json;

use super::say;
use crate::services::{Services, StartError};

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a new master key file.
    Init,
    /// List the signing keys.
    List,
    /// Make a new signing key, which takes over two minutes later; the old ones go on verifying.
    Rotate {
        /// Which signing key.
        purpose: KeyPurpose,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KeyPurpose {
    /// Access tokens.
    Token,
    /// Receipts and letters.
    Evidence,
}

pub(crate) async fn run(services: &Services, command: KeysCommand) -> Result<(), StartError> {
    if let KeysCommand::Rotate { purpose } = command {
        rotate(services, purpose).await?;
    }
    let now = services.clock.now();
    let mut conn = services.database.connection().await?;
    for key in Keys::list(&mut conn).await? {
        let retired = match key.retired_at {
            None => "newest".to_owned(),
            Some(at) if at <= now => format!("retired {}", at.to_rfc3339()),
            Some(at) => format!("retires {}", at.to_rfc3339()),
        };
        say(format_args!(
            "{}  {:8}  made {}  {retired}",
            key.kid,
            key.purpose.as_str(),
            key.created_at.to_rfc3339()
        ))?;
    }
    Ok(())
}

async fn rotate(services: &Services, purpose: KeyPurpose) -> Result<(), Error> {
    let purpose = match purpose {
        KeyPurpose::Token => Purpose::Token,
        KeyPurpose::Evidence => Purpose::Evidence,
    };
    let now = services.clock.now();
    let mut conn = services.database.connection().await?;
    conn.transaction(async |conn| {
        let kid = services.keys.rotate(conn, purpose, now).await?;
        let entry = audit::Entry {
            occurred_at: now,
            actor: audit::Actor::System,
            action: "key.rotate",
            object_kind: "key",
            object_id: None,
            request_id: None,
            detail: json!({"purpose": purpose.as_str(), "kid": kid}),
        };
        audit::record(conn, entry).await
    })
    .await
}
