//! The commands of the program.

mod addressees;
mod audit;
mod config;
mod import;
mod jobs;
mod keys;
mod log;
mod residents;
mod staff;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::keys::MasterKey;
use auth::Audience;
use clap::{Parser, Subcommand};
use platform::Randomness;
use platform::config::{Config, VARIABLES};
use tokio_util::sync::CancellationToken;

use self::addressees::AddresseesCommand;
use self::audit::AuditCommand;
use self::config::ConfigCommand;
use self::import::ImportCommand;
use self::jobs::JobsCommand;
use self::keys::KeysCommand;
use self::residents::ResidentsCommand;
use self::staff::StaffCommand;
use crate::cluster::{Cluster, Use};
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
    /// What the program is told by its environment.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Bring procedures or staff in from files.
    #[command(subcommand)]
    Import(ImportCommand),
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
    log::start(&config)?;
    match command {
        Command::Serve {
            no_worker,
            until_stdin_closes,
        } => run_server(&config, !no_worker, until_stdin_closes).await,
        Command::Work => run_worker(&config).await,
        Command::Migrate => migrate(&config).await,
        Command::Openapi { folder } => write_documents(&folder),
        Command::Config(command) => config::run(&command),
        Command::Import(command) => {
            with_services(&config, async |services| {
                import::run(services, command).await
            })
            .await
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
        Command::Audit(command) => {
            with_services(&config, async |services| {
                audit::run(services, command).await
            })
            .await
        }
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
