//! `make bench`: how fast a release server is on this machine, how much memory it takes, and how near
//! it comes to what its PostgreSQL can do.
//!
//! Everything is thrown away afterwards but the files in the folder of results.

mod accounts;
mod crowd;
mod database;
mod machine;
mod memory;
mod pgbench;
mod portal;
mod reads;
mod recording;
mod replay;
mod report;
mod site;
mod statement_log;
mod submits;
mod uploads;
mod wrk;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use report::Report;
use site::Site;

/// Connections at a time, one measurement each.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// Measures a release server on this machine.
#[derive(Parser)]
struct Arguments {
    /// What to measure; everything when left out.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// The folder of the catalogue.
    #[arg(long, default_value = "catalogue")]
    catalogue: PathBuf,
    /// How long each measurement takes.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Where the table, the statements and the script for pgbench are kept.
    #[arg(long, default_value = "target/bench")]
    results: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Reading and filing.
    Requests,
    /// Large files.
    Uploads,
    /// Accounts that are there and accounts that are not.
    Accounts,
}

impl Arguments {
    fn includes(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Failure>;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "\n✗ {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether there was no error in any answer.
async fn run(arguments: Arguments) -> Result<bool> {
    std::fs::create_dir_all(&arguments.results)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let report = tokio::select! {
        measured = measure(&arguments) => measured?,
        _ = tokio::signal::ctrl_c() => return Err("interrupted".into()),
        _ = terminate.recv() => return Err("told to stop".into()),
    };
    let text = report.to_string();
    std::fs::write(arguments.results.join("table.md"), &text)?;
    say(&format!("\n{text}"));
    Ok(report.is_without_errors())
}

async fn measure(arguments: &Arguments) -> Result<Report> {
    let mut report = Report::of(machine::describe().await?);
    let site = Site::prepare(&arguments.catalogue).await?;
    if arguments.includes(Part::Requests) {
        measure_requests(&site, arguments, &mut report).await?;
    }
    if arguments.includes(Part::Uploads) {
        say("uploading large files");
        report.uploads = Some(uploads::measure(&site).await?);
    }
    if arguments.includes(Part::Accounts) {
        say("asking about accounts");
        let apart = Site::prepare(&arguments.catalogue).await?;
        report.accounts = accounts::measure(&apart).await?;
    }
    Ok(report)
}

/// What a start or a load left to be tidied up is tidied up, and memory that is not needed given back.
const UNTIL_IDLE: Duration = Duration::from_secs(30);

async fn measure_requests(site: &Site, arguments: &Arguments, report: &mut Report) -> Result<()> {
    say("preparing the city");
    let city = site.settle().await?;
    say("recording the statements of each request");
    let recorded = recording::record(site, &city, &arguments.results).await?;
    report.statements = recorded.counts;
    let open = site.open().await?;
    let pace = Duration::from_secs(arguments.seconds);
    let measured = async {
        tokio::time::sleep(UNTIL_IDLE).await;
        report.idle_after_start = open.resident_memory();
        reads::measure(&open, &city, pace, report).await?;
        submits::measure(&open, &city, pace, report).await?;
        tokio::time::sleep(UNTIL_IDLE).await;
        report.idle_after_load = open.resident_memory();
        Ok(())
    };
    let measured: Result<()> = measured.await;
    open.close().await;
    measured?;
    let open = site.open_without_worker().await?;
    let replayed = submits::measure_replay(&city, &recorded.replay, pace, report).await;
    open.close().await;
    replayed
}

/// Tells whoever waits what is being done.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
