//! The replay by pgbench: what PostgreSQL alone makes of the statements of a filing.

use std::path::Path;
use std::time::Duration;

use crate::Result;
use crate::database::{Postgres, SERVER};
use crate::replay::{Replay, application_id};
use crate::report::Load;

/// What the connections of a pool have behind them: opening, preparing.
const WARM_UP: Duration = Duration::from_secs(1);

/// Runs the transaction of one number.
pub(crate) async fn run_once(postgres: &Postgres, replay: &Replay, number: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("filing.sql");
    std::fs::write(&script, &replay.script)?;
    // The script counts up before it begins.
    let first = number.checked_sub(1).ok_or("numbers begin at 1")?;
    let mut command = postgres.command("pgbench", SERVER);
    command
        .args(["--no-vacuum", "--protocol", "prepared"])
        .args(["--client", "1", "--transactions", "1"])
        .args(["--define", "counter=0", "--define", "stride=1"])
        .arg("--define")
        .arg(format!("first={first}"))
        .arg("--file")
        .arg(&script)
        .arg("madoguchi");
    said(command.output().await).map(drop)
}

/// Runs the replay with so many clients for the time, after a second to warm up. Its transactions
/// have numbers from `first` on, of which there must be enough drafts.
pub(crate) async fn run(
    postgres: &Postgres,
    replay: &Replay,
    clients: usize,
    time: Duration,
    first: u64,
) -> Result<Load> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("filing.sql");
    std::fs::write(&script, &replay.script)?;
    let mut command = postgres.command("pgbench", SERVER);
    command
        .args(["--no-vacuum", "--protocol", "prepared", "--jobs", "1"])
        .arg("--client")
        .arg(clients.to_string())
        .arg("--time")
        .arg((time + WARM_UP).as_secs().to_string())
        .args(["--define", "counter=0", "--define"])
        .arg(format!("stride={clients}"))
        .arg("--define")
        .arg(format!("first={first}"))
        .args(["--log", "--log-prefix"])
        .arg(folder.path().join("transactions"))
        .arg("--file")
        .arg(&script)
        .arg("madoguchi");
    said(command.output().await)?;
    load(&transactions_in(folder.path())?).ok_or_else(|| "pgbench logged nothing".into())
}

/// What pgbench printed, when no client of it gave up.
fn said(output: std::io::Result<std::process::Output>) -> Result<String> {
    let output = output.map_err(|error| format!("pgbench: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let complained = String::from_utf8_lossy(&output.stderr);
    Err(format!("pgbench failed: {complained}").into())
}

fn transactions_in(folder: &Path) -> Result<String> {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with("transactions") {
            text += &std::fs::read_to_string(entry.path())?;
        }
    }
    Ok(text)
}

/// A line is: client, count, microseconds taken, script, and when it ended, in seconds and microseconds.
fn load(log: &str) -> Option<Load> {
    let mut transactions: Vec<_> = log.lines().map(transaction).collect::<Option<_>>()?;
    transactions.sort_unstable();
    let begun = transactions.first()?.0 + micros(WARM_UP);
    let ended = transactions.last()?.0;
    transactions.retain(|(at, _)| *at >= begun);
    let mut taken: Vec<_> = transactions.iter().map(|(_, taken)| *taken).collect();
    taken.sort_unstable();
    let percentile = |percent: usize| {
        let at = (taken.len() * percent / 100).min(taken.len().checked_sub(1)?);
        taken.get(at).copied().map(Duration::from_micros)
    };
    Some(Load {
        requests: taken.len() as u64,
        time: Duration::from_micros(ended.checked_sub(begun)?),
        median: percentile(50)?,
        slowest_percent: percentile(99)?,
        errors: 0,
    })
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// When it ended and what it took, in microseconds.
fn transaction(line: &str) -> Option<(u64, u64)> {
    let fields: Vec<_> = line.split(' ').collect();
    let [_, _, taken, _, seconds, micros, ..] = fields[..] else {
        return None;
    };
    let (seconds, micros): (u64, u64) = (seconds.parse().ok()?, micros.parse().ok()?);
    Some((seconds * 1_000_000 + micros, taken.parse().ok()?))
}

/// Copies the draft for so many transactions with numbers from `first` on.
pub(crate) async fn prepare_drafts(
    postgres: &Postgres,
    draft: &str,
    first: u64,
    count: u64,
) -> Result<()> {
    let (id, end) = (application_id("n"), first + count);
    let copy = format!(
        "INSERT INTO applications SELECT copy.* FROM applications draft, \
         generate_series({first}::bigint, {end}::bigint) n, \
         LATERAL jsonb_populate_record(draft, jsonb_build_object('id', {id}::uuid)) copy \
         WHERE draft.id = '{draft}';\n"
    );
    postgres.ask(&copy).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_second_is_left_out() {
        let log = "0 0 9000 0 100 500000\n0 1 8000 0 101 400000\n0 2 300 0 101 500000\n\
                   0 3 500 0 102 500000\n0 4 400 0 103 500000\n";
        let load = load(log).unwrap();
        assert_eq!(load.requests, 3);
        assert_eq!(load.time, Duration::from_secs(2));
        assert_eq!(load.median, Duration::from_micros(400));
        assert_eq!(load.slowest_percent, Duration::from_micros(500));
    }

    #[test]
    fn a_log_that_cannot_be_read_is_none() {
        assert!(load("").is_none());
        assert!(load("0 0 9000\n").is_none());
    }
}
