//! Bringing procedures and staff in from files.

use std::path::PathBuf;

use clap::Subcommand;

use super::say;
use crate::import::{import_catalogue, import_staff};
use crate::services::{Services, StartError};

#[derive(Debug, Subcommand)]
pub(super) enum ImportCommand {
    /// Departments, procedures and form versions from a catalogue folder.
    Catalogue {
        /// The folder with departments.json and procedures/.
        folder: PathBuf,
    },
    /// Staff and their postings from a JSON file.
    Staff {
        /// The file.
        file: PathBuf,
    },
}

pub(super) async fn run(services: &Services, command: ImportCommand) -> Result<(), StartError> {
    let mut conn = services.database.connection().await?;
    let now = services.clock.now();
    match command {
        ImportCommand::Catalogue { folder } => {
            let press = &services.press;
            let published = import_catalogue(&mut conn, press, &folder, now).await?;
            say(format_args!("published {published} new form versions"))
        }
        ImportCommand::Staff { file } => {
            let members = import_staff(&mut conn, &file, now).await?;
            say(format_args!("imported {members} members of staff"))
        }
    }
}
