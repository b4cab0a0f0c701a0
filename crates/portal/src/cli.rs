//! The commands of the program.

mod addressees;
mod jobs;
mod keys;
mod residents;
mod staff;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::keys::MasterKey;
use auth::Audience;
use clap::{Parser, Subcommand};
use platform::Randomness;
use platform::config::{Config, ConfigError, VARIABLES};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use self::addressees::AddresseesCommand;
use self::jobs::JobsCommand;
use self::keys::KeysCommand;
use self::residents::ResidentsCommand;
use self::staff::StaffCommand;
use crate::cluster::{Cluster, Use};
use crate::import::{import_catalogue, import_staff};
use crate::openapi::document;
use crate::serve::{Listening, finish, serve, stdin_closed, told_to_stop};
use crate::services::{Services, StartError};
use crate::worker::background;

/// 窓口: the backend of a city's application portal.
#[derive(Debug, Parser)]
#[command(name = "madoguchi", version, after_help = variables_help())]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve residents, staff and operators on their three listeners.
    Serve {
        /// Leave jobs and timers to a process of `madoguchi work`.
        #[arg(long)]
        no_worker: bool,
        /// Stop when standard input ends, so as not to outlive the process at its other end.
        #[arg(long, hide = true)]
        until_stdin_closes: bool,
    },
    /// Run jobs and timers only.
    Work,
    /// Bring the database to the newest schema.
    Migrate,
    /// Write the OpenAPI documents resident.json and staff.json.
    Openapi {
        /// The folder to write them to.
        #[arg(default_value = "openapi")]
        folder: PathBuf,
    },
    /// Bring procedures or staff in from files.
    #[command(subcommand)]
    Import(Import),
    /// The keys that sign and encrypt.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// The city's register of people (宛名).
    #[command(subcommand)]
    Addressees(AddresseesCommand),
    /// Who may log in.
    #[command(subcommand)]
    Residents(ResidentsCommand),
    /// Accounts of the portal's own.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Jobs that were given up.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// The audit record.
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[derive(Debug, Subcommand)]
enum Import {
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

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Recompute the hash chain and name the first fault.
    Verify,
}

/// Runs a command to its end.
pub async fn run(cli: Cli) -> ExitCode {
    match execute(cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The log may not be set up yet, and the operator looks here.
            let _ = writeln!(std::io::stderr(), "madoguchi: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(command: Command) -> Result<(), StartError> {
    if let Command::Openapi { folder } = &command {
        return write_documents(folder);
    }
    let config = Config::from_env()?;
    start_log(&config)?;
    match command {
        Command::Serve {
            no_worker,
            until_stdin_closes,
        } => run_server(&config, !no_worker, until_stdin_closes).await,
        Command::Work => run_worker(&config).await,
        Command::Migrate => migrate(&config).await,
        Command::Openapi { folder } => write_documents(&folder),
        Command::Import(import) => {
            with_services(&config, async |services| run_import(services, import).await).await
        }
        Command::Keys(KeysCommand::Init) => {
            MasterKey::create(&config.master_key_file, &Randomness::system())?;
            say(format_args!("wrote {}", config.master_key_file.display()))
        }
        Command::Keys(command) => {
            with_services(&config, async |services| keys::run(services, command).await).await
        }
        Command::Addressees(command) => {
            with_services(&config, async |services| {
                addressees::run(services, command).await
            })
            .await
        }
        Command::Residents(command) => {
            with_services(&config, async |services| {
                residents::run(services, command).await
            })
            .await
        }
        Command::Staff(command) => {
            with_services(&config, async |services| {
                staff::run(services, command).await
            })
            .await
        }
        Command::Jobs(command) => {
            with_services(&config, async |services| jobs::run(services, command).await).await
        }
        Command::Audit(AuditCommand::Verify) => with_services(&config, verify_audit).await,
    }
}

async fn run_server(
    config: &Config,
    with_worker: bool,
    until_stdin_closes: bool,
) -> Result<(), StartError> {
    // A port that is taken should not cost a database start.
    let listening = Listening::bind(config)?;
    let cluster = Cluster::open(config, Use::Alone).await?;
    let served = match Services::start(config, &cluster).await {
        Err(error) => Err(error),
        Ok(services) => {
            let told = async move {
                tokio::select! {
                    () = told_to_stop() => {}
                    () = stdin_closed(), if until_stdin_closes => {}
                }
            };
            let served = serve(config, &services, listening, with_worker, told).await;
            services.database.close();
            served
        }
    };
    cluster.close().await;
    served
}

async fn run_worker(config: &Config) -> Result<(), StartError> {
    with_services(config, async |services| {
        let stop = CancellationToken::new();
        let working = tokio::spawn(background(services.clone(), stop.clone()));
        told_to_stop().await;
        stop.cancel();
        finish(working, config.shutdown_timeout).await;
        Ok(())
    })
    .await
}

async fn migrate(config: &Config) -> Result<(), StartError> {
    let cluster = Cluster::open(config, Use::Shared).await?;
    let migrated = match &cluster.owner_url {
        None => Err(StartError::NoOwnerUrl),
        Some(url) => platform::database::migrate(url).await.map_err(Into::into),
    };
    cluster.close().await;
    for version in migrated? {
        say(format_args!("applied {version}"))?;
    }
    say(format_args!("the database is at the newest schema"))
}

/// Runs a command that may work beside a running server.
async fn with_services(
    config: &Config,
    work: impl AsyncFnOnce(&Services) -> Result<(), StartError>,
) -> Result<(), StartError> {
    let cluster = Cluster::open(config, Use::Shared).await?;
    let done = match Services::start(config, &cluster).await {
        Err(error) => Err(error),
        Ok(services) => {
            let done = work(&services).await;
            services.database.close();
            done
        }
    };
    cluster.close().await;
    done
}

async fn run_import(services: &Services, import: Import) -> Result<(), StartError> {
    let mut conn = services.database.connection().await?;
    let now = services.clock.now();
    match import {
        Import::Catalogue { folder } => {
            let press = &services.press;
            let published = import_catalogue(&mut conn, press, &folder, now).await?;
            say(format_args!("published {published} new form versions"))
        }
        Import::Staff { file } => {
            let members = import_staff(&mut conn, &file, now).await?;
            say(format_args!("imported {members} members of staff"))
        }
    }
}

async fn verify_audit(services: &Services) -> Result<(), StartError> {
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

fn write_documents(folder: &Path) -> Result<(), StartError> {
    for (audience, name) in [
        (Audience::Resident, "resident.json"),
        (Audience::Staff, "staff.json"),
    ] {
        let path = folder.join(name);
        let json = document(audience)
            .to_pretty_json()
            .map_err(|error| StartError::Json(path.clone(), error))?;
        std::fs::write(&path, json + "\n")
            .map_err(|error| StartError::File(path.clone(), error))?;
        say(format_args!("wrote {}", path.display()))?;
    }
    Ok(())
}

fn say(line: std::fmt::Arguments<'_>) -> Result<(), StartError> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn start_log(config: &Config) -> Result<(), ConfigError> {
    let filter = filter(&config.log)?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if config.log_json {
        log.json().init();
    } else {
        log.init();
    }
    Ok(())
}

fn filter(text: &str) -> Result<EnvFilter, ConfigError> {
    EnvFilter::try_new(text)
        .map_err(|error| ConfigError::new("MADOGUCHI_LOG", text, error.to_string()))
}

fn variables_help() -> String {
    let lines = VARIABLES.iter().map(|variable| {
        let default = match variable.default {
            "" => String::new(),
            default => format!(" [{default}]"),
        };
        format!("  {}{default}\n      {}", variable.name, variable.help)
    });
    let lines: Vec<_> = lines.collect();
    format!("Environment variables:\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_filter_that_cannot_be_read_names_its_variable() {
        for wrong in ["===", "info,portal=loud", "a=b=c"] {
            let error = filter(wrong).unwrap_err().to_string();
            assert!(error.starts_with("MADOGUCHI_LOG"), "{error}");
        }
        assert!(filter("info,actix_server=warn").is_ok());
    }
}
