//! The files of a cluster: made whole or not at all, and freed from what a crash left.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::Durability;
use super::binaries::Binaries;
use super::error::{AtPath, StartError};
use super::place::Place;
use super::supervisor::supervised;

/// Owns the cluster; nobody logs in as it but this crate and the tests.
pub(super) const SUPERUSER: &str = "madoguchi_admin";

/// Makes the cluster unless it exists. `initdb` works beside it, so that an interrupted one never
/// looks like a cluster.
pub(super) fn ensure(
    place: &Place,
    binaries: &Binaries,
    durability: Durability,
) -> Result<(), StartError> {
    remove_unfinished(&place.cluster)?;
    if place.cluster.exists() {
        place.account.claim(&place.cluster)?;
        if place.cluster.join("PG_VERSION").exists() {
            return Ok(());
        }
    }
    let unfinished = unfinished_path(&place.cluster);
    initialise(place, binaries, durability, &unfinished, "C.UTF-8").or_else(
        |error| match error {
            StartError::Initdb { output } if output.contains("invalid locale") => {
                fs::remove_dir_all(&unfinished).at(&unfinished)?;
                initialise(place, binaries, durability, &unfinished, "C")
            }
            other => Err(other),
        },
    )?;
    fs::rename(&unfinished, &place.cluster).map_err(|source| match source.kind() {
        io::ErrorKind::DirectoryNotEmpty => StartError::NotACluster {
            path: place.cluster.clone(),
        },
        _ => StartError::Io {
            path: place.cluster.clone(),
            source,
        },
    })
}

fn initialise(
    place: &Place,
    binaries: &Binaries,
    durability: Durability,
    unfinished: &Path,
    locale: &str,
) -> Result<(), StartError> {
    place.account.claim(unfinished)?;
    let program = binaries.initdb();
    let mut command = supervised(&place.account, &program, None);
    command
        .arg("--pgdata")
        .arg(unfinished)
        .args(["--encoding=UTF8", "--auth=trust"])
        .arg(format!("--locale={locale}"))
        .arg(format!("--username={SUPERUSER}"))
        .arg(match durability {
            Durability::Durable => "--data-checksums",
            Durability::ThrowAway => "--no-sync",
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().at(&program)?;
    // Waiting would close the pipe, and with it end initdb.
    let _pipe = child.stdin.take();
    let output = child.wait_with_output().at(&program)?;
    if output.status.success() {
        return Ok(());
    }
    Err(StartError::Initdb {
        output: text_of(&output),
    })
}

/// Carries our process id: an initdb that outlives a killed run must not meet ours.
fn unfinished_path(cluster: &Path) -> PathBuf {
    let mut name = cluster.as_os_str().to_owned();
    name.push(format!(".unfinished-{}", std::process::id()));
    PathBuf::from(name)
}

fn remove_unfinished(cluster: &Path) -> Result<(), StartError> {
    let (Some(home), Some(name)) = (cluster.parent(), cluster.file_name()) else {
        return Ok(());
    };
    let prefix = format!("{}.unfinished-", name.to_string_lossy());
    for entry in fs::read_dir(home).at(home)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            fs::remove_dir_all(entry.path()).at(&entry.path())?;
        }
    }
    Ok(())
}

/// Deletes a throw-away cluster.
pub(super) fn remove(cluster: &Path) -> Result<(), StartError> {
    match fs::remove_dir_all(cluster) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).at(cluster),
        _ => Ok(()),
    }
}

/// Stops the server of a run that was killed. The pid file of a dead server stays: PostgreSQL reads
/// in it whether an orphaned backend still uses the data. One that names a foreign process, or a
/// dead one not reaped yet, goes: PostgreSQL would take it for a running server.
pub(super) fn stop_leftover(place: &Place, binaries: &Binaries) -> Result<(), StartError> {
    let pid_file = place.cluster.join("postmaster.pid");
    let Some(pid) = read_pid(&pid_file) else {
        return Ok(());
    };
    if !is_postmaster(pid, &place.cluster) {
        return if is_alive(pid) {
            fs::remove_file(&pid_file).at(&pid_file)
        } else {
            Ok(())
        };
    }
    tracing::warn!(
        process.pid = pid,
        "stopping the PostgreSQL an earlier run left behind"
    );
    let fast = stop_by_pg_ctl(place, binaries, "fast", 30)?;
    if fast.status.success() || !is_postmaster(pid, &place.cluster) {
        return Ok(());
    }
    let immediate = stop_by_pg_ctl(place, binaries, "immediate", 10)?;
    if immediate.status.success() || !is_postmaster(pid, &place.cluster) {
        return Ok(());
    }
    Err(StartError::Leftover {
        cluster: place.cluster.clone(),
        pid,
        output: text_of(&immediate),
    })
}

/// `limit` is in seconds.
pub(super) fn stop_by_pg_ctl(
    place: &Place,
    binaries: &Binaries,
    mode: &str,
    limit: u32,
) -> Result<Output, StartError> {
    let program = binaries.pg_ctl();
    let mut command = place.account.command(&program);
    command
        .args(["stop", "--wait", "--mode", mode, "--timeout"])
        .arg(limit.to_string());
    command
        .arg("--pgdata")
        .arg(&place.cluster)
        .output()
        .at(&program)
}

fn read_pid(pid_file: &Path) -> Option<u32> {
    fs::read_to_string(pid_file)
        .ok()?
        .lines()
        .next()?
        .trim()
        .parse()
        .ok()
}

fn is_alive(pid: u32) -> bool {
    command_name(pid).is_some()
}

/// A postmaster works in its data directory; where that cannot be read, the name must do.
fn is_postmaster(pid: u32, cluster: &Path) -> bool {
    let is_postgres = command_name(pid).is_some_and(|name| name.ends_with("postgres"));
    let works_in = fs::read_link(format!("/proc/{pid}/cwd"));
    is_postgres && works_in.map_or(true, |directory| directory == cluster)
}

/// In parentheses when the process is dead and only not reaped yet, as in many containers.
fn command_name(pid: u32) -> Option<String> {
    if cfg!(target_os = "linux") {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (name, state) = stat.split_once('(')?.1.rsplit_once(") ")?;
        let is_dead = state.starts_with(['Z', 'X']);
        return Some(if is_dead {
            format!("({name})")
        } else {
            name.to_owned()
        });
    }
    let mut ps = Command::new("ps");
    let output = ps
        .args(["-o", "comm=", "-p"])
        .arg(pid.to_string())
        .output()
        .ok()?;
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!name.is_empty()).then_some(name)
}

fn text_of(output: &Output) -> String {
    let both = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    both.concat().trim().to_owned()
}
