//! The audit record.

use clap::Subcommand;

use super::say;
use crate::services::{Services, StartError};

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Recompute the hash chain and name the first fault.
    Verify,
}

pub(super) async fn run(services: &Services, command: AuditCommand) -> Result<(), StartError> {
    match command {
        AuditCommand::Verify => verify(services).await,
    }
}

async fn verify(services: &Services) -> Result<(), StartError> {
    let mut conn = services.database.connection().await?;
    let verdict = audit::verify(&mut conn).await?;
    match verdict.fault {
        None => say(format_args!(
            "{} links, head {}",
            verdict.links,
            platform::hex(&verdict.head)
        )),
        Some(audit::Fault::Missing(position)) => {
            Err(StartError::Audit(format!("link {position} is missing")))
        }
        Some(audit::Fault::Altered(position)) => {
            Err(StartError::Audit(format!("link {position} was altered")))
        }
        Some(audit::Fault::Unchained(event)) => Err(StartError::Audit(format!(
            "event {event} is neither chained nor waiting to be"
        ))),
    }
}
