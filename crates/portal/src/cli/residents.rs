//! `madoguchi residents`

use clap::Subcommand;
use diesel_async::AsyncConnection as _;
use uuid::Uuid;

use super::say;
use crate::services::{Services, StartError};

#[derive(Debug, Subcommand)]
pub(crate) enum ResidentsCommand {
    /// Shut a resident out, from their next request on.
    Disable {
        /// Portal id, as in the audit record.
        id: Uuid,
    },
    /// Let them log in again.
    Enable {
        /// Portal id, as in the audit record.
        id: Uuid,
    },
}

pub(crate) async fn run(services: &Services, command: ResidentsCommand) -> Result<(), StartError> {
    let (id, disabled) = match command {
        ResidentsCommand::Disable { id } => (id, true),
        ResidentsCommand::Enable { id } => (id, false),
    };
    let now = services.clock.now();
    let mut conn = services.database.connection().await?;
    let changed = conn
        .transaction(async |conn| {
            auth::residents::set_disabled(conn, id.into(), disabled, now).await
        })
        .await?;
    let state = if disabled { "disabled" } else { "enabled" };
    let already = if changed { "" } else { "already " };
    say(format_args!("{id} is {already}{state}"))
}
