//! The figures as a table that reads well on a screen and in a Markdown file.

use std::fmt::{Display, Formatter, Result};
use std::time::Duration;

use crate::accounts::Medians;
use crate::recording::Count;
use crate::uploads::Uploads;

const MEGABYTE: f64 = 1_000_000.0;

/// What a load came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) requests: u64,
    pub(crate) time: Duration,
    /// Half of the requests took no longer.
    pub(crate) median: Duration,
    /// All but one in a hundred took no longer.
    pub(crate) slowest_percent: Duration,
    pub(crate) errors: u64,
}

impl Load {
    /// Requests in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.requests as f64 / self.time.as_secs_f64()
    }
}

/// One measurement.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) connections: usize,
    pub(crate) load: Load,
    /// The most bytes of memory the server took meanwhile.
    pub(crate) memory: Option<u64>,
    /// What pgbench made of the same statements.
    pub(crate) replay: Option<Load>,
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        self.replay.map(|replay| self.load.rate() / replay.rate())
    }
}

/// Everything that was measured.
pub(crate) struct Report {
    machine: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) statements: Vec<Count>,
    pub(crate) idle_after_start: Option<u64>,
    pub(crate) idle_after_load: Option<u64>,
    pub(crate) uploads: Option<Uploads>,
    pub(crate) accounts: Vec<Medians>,
}

impl Report {
    pub(crate) fn of(machine: String) -> Self {
        Self {
            machine,
            rows: Vec::new(),
            statements: Vec::new(),
            idle_after_start: None,
            idle_after_load: None,
            uploads: None,
            accounts: Vec::new(),
        }
    }

    pub(crate) fn is_without_errors(&self) -> bool {
        self.rows.iter().all(|row| row.load.errors == 0)
    }

    /// What pgbench made of the statements of a measurement.
    pub(crate) fn add_replay(&mut self, name: &str, connections: usize, replay: Load) {
        for row in &mut self.rows {
            if row.name == name && row.connections == connections {
                row.replay = Some(replay);
            }
        }
    }

    fn row(&self, name: &str, connections: usize) -> Option<&Row> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.name == name && row.connections == connections)
    }

    /// What is aimed at, what was reached, and whether that is enough.
    fn aims(&self) -> Vec<(String, String, bool)> {
        let mut aims = Vec::new();
        if let Some(ratio) = self.row("submit", 64).and_then(Row::ratio) {
            let aim = "submit at 64 connections: at least 0.6 × pgbench".to_owned();
            aims.push((aim, format!("{ratio:.2}"), ratio >= 0.6));
        }
        for (name, wanted) in [
            ("one application", 10_000.0),
            ("inbox page", 5_000.0),
            ("clerk's queue", 5_000.0),
        ] {
            let rows = self.rows.iter().filter(|row| row.name == name);
            let Some(best) = rows.map(|row| row.load.rate()).reduce(f64::max) else {
                continue;
            };
            let aim = format!("{name}: at least {wanted:.0} in a second");
            aims.push((aim, format!("{best:.0}"), best >= wanted));
        }
        if let Some(idle) = self.idle_after_start {
            let (aim, idle) = ("idle: at most 60 MB".to_owned(), megabytes(idle));
            aims.push((aim, format!("{idle:.0} MB"), idle <= 60.0));
        }
        if let Some((before, most)) = self.uploads.as_ref().and_then(|uploads| uploads.memory) {
            let more = most.saturating_sub(before);
            let aim = "uploads: at most 64 MiB more than before".to_owned();
            aims.push((aim, format!("{:.0} MB", megabytes(more)), more <= 64 << 20));
        }
        if let Some(apart) = self.accounts.iter().map(Medians::difference).max() {
            let aim = "known and unknown accounts: at most 20 ms apart".to_owned();
            let reached = format!("{:.2} ms", millis(apart));
            aims.push((aim, reached, apart <= Duration::from_millis(20)));
        }
        aims
    }

    fn write_requests(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(
            f,
            "| request         | connections |  req/s |  p50 ms |  p99 ms | errors | memory MB | pgbench/s | ratio |\n\
             |:----------------|------------:|-------:|--------:|--------:|-------:|----------:|----------:|------:|"
        )?;
        for row in &self.rows {
            let Row {
                name,
                connections,
                load,
                ..
            } = row;
            let (rate, errors) = (load.rate(), load.errors);
            let (p50, p99) = (millis(load.median), millis(load.slowest_percent));
            let memory = whole(row.memory.map(megabytes));
            let replay = whole(row.replay.map(|replay| replay.rate()));
            let ratio = row
                .ratio()
                .map_or_else(String::new, |ratio| format!("{ratio:.2}"));
            writeln!(
                f,
                "| {name:<15} | {connections:>11} | {rate:>6.0} | {p50:>7.2} | {p99:>7.2} | {errors:>6} \
                 | {memory:>9} | {replay:>9} | {ratio:>5} |"
            )?;
        }
        Ok(())
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "{}\n", self.machine)?;
        if !self.rows.is_empty() {
            self.write_requests(f)?;
            writeln!(f)?;
        }
        if let Some((start, load)) = self.idle_after_start.zip(self.idle_after_load) {
            let (start, load) = (megabytes(start), megabytes(load));
            writeln!(
                f,
                "Idle: {start:.0} MB after the start, {load:.0} MB after all this."
            )?;
        }
        if !self.statements.is_empty() {
            let counts: Vec<_> = self.statements.iter().map(Count::to_string).collect();
            let counts = counts.join(", ");
            writeln!(
                f,
                "Statements for each request (prepared anew each time): {counts}."
            )?;
        }
        if let Some(uploads) = &self.uploads {
            writeln!(f, "{uploads}")?;
        }
        for medians in &self.accounts {
            writeln!(f, "{medians}")?;
        }
        writeln!(f, "\n| aim | reached | |\n|:----|--------:|:-:|")?;
        for (aim, reached, met) in self.aims() {
            writeln!(f, "| {aim} | {reached} | {} |", if met { "✓" } else { "✗" })?;
        }
        Ok(())
    }
}

impl Display for Count {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self {
            name,
            statements,
            prepared_anew,
        } = self;
        write!(f, "{name} {statements} ({prepared_anew})")
    }
}

impl Display for Uploads {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (files, each) = (self.files, megabytes(self.bytes as u64));
        let seconds = self.time.as_secs_f64();
        write!(
            f,
            "Uploads: {files} files of {each:.0} MB at a time in {seconds:.1} s"
        )?;
        match self.memory {
            Some((before, most)) => {
                let (before, most) = (megabytes(before), megabytes(most));
                write!(
                    f,
                    "; memory {before:.0} MB before, {most:.0} MB at the most."
                )
            }
            None => write!(f, "."),
        }
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / MEGABYTE
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn whole(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(requests: u64) -> Load {
        Load {
            requests,
            time: Duration::from_secs(2),
            median: Duration::from_micros(1_250),
            slowest_percent: Duration::from_millis(30),
            errors: 0,
        }
    }

    fn report() -> Report {
        let mut report = Report::of("a machine".to_owned());
        report.rows.push(Row {
            name: "submit",
            connections: 64,
            load: load(1_400),
            memory: Some(51_400_000),
            replay: Some(load(2_000)),
        });
        report
    }

    #[test]
    fn a_row_has_everything() {
        let text = report().to_string();
        let row = "| submit          |          64 |    700 |    1.25 |   30.00 |      0 |        51 |      1000 |  0.70 |";
        assert!(text.lines().any(|line| line == row), "{text}");
        assert!(text.starts_with("a machine\n"));
    }

    #[test]
    fn aims_say_whether_they_are_met() {
        let mut report = report();
        report.idle_after_start = Some(61_000_000);
        let text = report.to_string();
        let submit = "| submit at 64 connections: at least 0.6 × pgbench | 0.70 | ✓ |";
        assert!(text.lines().any(|line| line == submit), "{text}");
        let idle = "| idle: at most 60 MB | 61 MB | ✗ |";
        assert!(text.lines().any(|line| line == idle), "{text}");
    }

    #[test]
    fn one_error_is_seen() {
        let mut report = report();
        assert!(report.is_without_errors());
        report.rows[0].load.errors = 1;
        assert!(!report.is_without_errors());
    }
}
