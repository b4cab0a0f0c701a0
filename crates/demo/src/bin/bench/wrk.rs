//! Requests by the load tool wrk.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use tokio::process::Command;

use crate::Result;
use crate::report::Load;

const SCRIPT: &str = include_str!("load.lua");

/// A request to be sent.
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) token: String,
    /// For `If-Match`.
    pub(crate) version: Option<i64>,
    /// JSON.
    pub(crate) body: Option<String>,
}

impl Request {
    /// A reading request.
    pub(crate) fn get(path: &str, token: &str) -> Self {
        Self {
            method: "GET",
            path: path.to_owned(),
            token: token.to_owned(),
            version: None,
            body: None,
        }
    }

    fn line(&self) -> String {
        let Self {
            method,
            path,
            token,
            ..
        } = self;
        let version = self.version.map(|version| version.to_string());
        let version = version.unwrap_or_default();
        let body = self.body.as_deref().unwrap_or_default();
        format!("{method}\t{path}\t{token}\t{version}\t{body}\n")
    }
}

/// How the requests are used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// One after the other, and again from the first.
    InTurn,
    /// Each once; the load ends early when they are used up.
    EachOnce,
}

/// Sends the requests to the address for at most the time, over so many connections.
pub(crate) async fn send(
    address: &str,
    requests: &[Request],
    used: Use,
    connections: usize,
    time: Duration,
) -> Result<Load> {
    let folder = tempfile::tempdir()?;
    let (script, file) = (
        folder.path().join("load.lua"),
        folder.path().join("requests"),
    );
    let mut lines = String::new();
    for request in requests {
        // Writing to a String cannot fail.
        let _ = write!(lines, "{}", request.line());
    }
    std::fs::write(&script, SCRIPT)?;
    std::fs::write(&file, lines)?;
    let output = command(address, connections, time, &script)
        .arg("--")
        .arg(&file)
        .arg(match used {
            Use::InTurn => "in-turn",
            Use::EachOnce => "each-once",
        })
        .output()
        .await
        .map_err(|error| format!("wrk: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    load(&said).ok_or_else(|| {
        let complained = String::from_utf8_lossy(&output.stderr);
        format!("wrk did not say how it went: {said}{complained}").into()
    })
}

/// One thread is enough, and leaves the rest of the machine to what is measured.
fn command(address: &str, connections: usize, time: Duration, script: &Path) -> Command {
    let mut command = Command::new("wrk");
    command
        .args(["--threads", "1", "--timeout", "10s"])
        .arg("--connections")
        .arg(connections.to_string())
        .arg("--duration")
        .arg(format!("{}s", time.as_secs()))
        .arg("--script")
        .arg(script)
        .arg(address)
        .kill_on_drop(true);
    command
}

/// The line the script writes at the end.
fn load(said: &str) -> Option<Load> {
    let line = said.lines().find_map(|line| line.strip_prefix("load "))?;
    let value = |name: &str| {
        let mut words = line.split(' ');
        let value = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
        value.parse::<u64>().ok()
    };
    Some(Load {
        requests: value("requests")?,
        time: Duration::from_micros(value("microseconds")?),
        median: Duration::from_micros(value("p50")?),
        slowest_percent: Duration::from_micros(value("p99")?),
        errors: value("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_at_the_end_is_read() {
        let said = "Running 5s test\n  1000 requests\n\
                    load requests=1000 microseconds=2500000 p50=900 p99=12000 failed=3\n";
        let load = load(said).unwrap();
        assert_eq!((load.requests, load.errors), (1000, 3));
        assert_eq!(load.rate(), 400.0);
        assert_eq!(load.median, Duration::from_micros(900));
        assert_eq!(load.slowest_percent, Duration::from_millis(12));
    }

    #[test]
    fn without_that_line_there_is_no_load() {
        assert!(load("Running 5s test\n").is_none());
        assert!(load("load requests=1000\n").is_none());
    }

    #[test]
    fn a_request_is_one_line_of_five_fields() {
        let request = Request {
            method: "POST",
            version: Some(2),
            body: Some("{}".to_owned()),
            ..Request::get("/v1/x", "abc")
        };
        assert_eq!(request.line(), "POST\t/v1/x\tabc\t2\t{}\n");
        assert_eq!(Request::get("/v1/x", "abc").line(), "GET\t/v1/x\tabc\t\t\n");
    }
}
