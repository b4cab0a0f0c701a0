//! `madoguchi config`

use clap::Subcommand;
use platform::config::{VARIABLES, shown};

use super::say;
use crate::services::StartError;

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print every variable as it is set, or its default; passwords are left out.
    Print,
}

/// `name=value` in the order of the documentation; nothing after the sign for what is unset and has no default.
pub(super) fn run(command: &ConfigCommand) -> Result<(), StartError> {
    let ConfigCommand::Print = command;
    for variable in VARIABLES {
        let set = std::env::var(variable.name).ok();
        let value = set.filter(|value| !value.is_empty());
        let value = value.as_deref().unwrap_or(variable.default);
        say(format_args!("{}={}", variable.name, shown(value)))?;
    }
    Ok(())
}
