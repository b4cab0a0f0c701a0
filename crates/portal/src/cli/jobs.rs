//! `madoguchi jobs`

use clap::{Args, Subcommand};
use platform::{Code, Error};
use uuid::Uuid;

use super::say;
use crate::services::{Services, StartError};

#[derive(Debug, Subcommand)]
pub(crate) enum JobsCommand {
    /// List the dead jobs: id, kind, attempts, since when, last error.
    List,
    /// Give dead jobs new attempts.
    Retry(Which),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Which {
    /// The job.
    id: Option<Uuid>,
    /// All dead jobs.
    #[arg(long)]
    all: bool,
}

pub(crate) async fn run(services: &Services, command: JobsCommand) -> Result<(), StartError> {
    match command {
        JobsCommand::List => list(services).await,
        JobsCommand::Retry(which) => retry(services, which.id).await,
    }
}

async fn list(services: &Services) -> Result<(), StartError> {
    let mut conn = services.database.connection().await?;
    for job in jobs::list_dead(&mut conn).await? {
        say(format_args!(
            "{}  {}  {} attempts  dead since {}  {}",
            job.id,
            job.kind,
            job.attempts,
            job.dead_at.to_rfc3339(),
            job.last_error.as_deref().unwrap_or("-")
        ))?;
    }
    Ok(())
}

async fn retry(services: &Services, id: Option<Uuid>) -> Result<(), StartError> {
    let mut conn = services.database.connection().await?;
    let revived = jobs::retry(&mut conn, id, services.clock.now()).await?;
    if id.is_some() && revived == 0 {
        let nothing = Error::new(Code::NotFound).because("there is no such dead job");
        return Err(nothing.into());
    }
    say(format_args!("{revived} jobs are due again"))
}
