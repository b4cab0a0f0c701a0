//! `madoguchi addressees`

use std::fs::File;
use std::path::PathBuf;

use auth::registration::{self, Imported, Loss, Purpose};
use clap::Subcommand;

use super::say;
use crate::services::{Services, StartError};

#[derive(Debug, Subcommand)]
pub(crate) enum AddresseesCommand {
    /// Bring the city's register in from its export: all of it, or nothing.
    Import {
        /// CSV in UTF-8 or CP932.
        file: PathBuf,
        /// Only tell what would change, or what is wrong with the file.
        #[arg(long)]
        dry_run: bool,
        /// Import it though more than a tenth of the people or of the protection would be lost.
        #[arg(long)]
        accept_losses: bool,
    },
}

pub(crate) async fn run(services: &Services, command: AddresseesCommand) -> Result<(), StartError> {
    let AddresseesCommand::Import {
        file,
        dry_run,
        accept_losses,
    } = command;
    let (purpose, done) = if dry_run {
        (Purpose::Try, "would import")
    } else {
        (Purpose::Keep, "imported")
    };
    let loss = if accept_losses {
        Loss::Accept
    } else {
        Loss::Refuse
    };
    let opened = File::open(&file).map_err(|error| StartError::File(file.clone(), error))?;
    let now = services.clock.now();
    let mut conn = services.database.connection().await?;
    let imported =
        registration::import(&mut conn, &services.keys, opened, (purpose, loss), now).await;
    let Imported {
        people,
        new,
        gone,
        protected,
        forgotten,
    } = imported.map_err(|error| StartError::Register(file, error))?;
    say(format_args!(
        "{done} {people} people: {new} new, {gone} gone, {protected} protected, {forgotten} forgotten"
    ))
}
