//! Which declared statuses the tests have seen, kept in files so that a last look can tell the rest.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

use crate::cluster::target_folder;

static SEEN: LazyLock<Mutex<Seen>> = LazyLock::new(|| Mutex::new(Seen::begin()));

struct Seen {
    lines: HashSet<String>,
    file: fs::File,
}

impl Seen {
    fn begin() -> Self {
        let folder = folder();
        // Under nextest every test is a process of its own, and all of them together are the run.
        if std::env::var_os("NEXTEST").is_none() {
            let _ = fs::remove_dir_all(&folder);
        }
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{}.txt", std::process::id()));
        Self {
            lines: HashSet::new(),
            file: fs::File::create(path).unwrap(),
        }
    }
}

fn folder() -> PathBuf {
    target_folder().join("openapi-coverage")
}

/// Remembers that an operation answered with a status.
pub(crate) fn saw(listener: &str, operation: &str, status: u16) {
    let line = format!("{listener} {operation} {status}");
    let mut seen = SEEN.lock().unwrap();
    if seen.lines.insert(line.clone()) {
        writeln!(seen.file, "{line}").unwrap();
    }
}

/// Everything the processes of the last run have seen: `listener operation status`.
pub fn seen_by_all() -> HashSet<String> {
    let Ok(entries) = fs::read_dir(folder()) else {
        return HashSet::new();
    };
    let texts = entries
        .flatten()
        .map(|entry| fs::read_to_string(entry.path()).unwrap());
    texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}
