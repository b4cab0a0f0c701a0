//! A program for Node.js that the tests talk to, a line at a time.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::cluster::workspace;

/// A running program; killed when dropped.
pub struct NodeProgram {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl NodeProgram {
    /// Starts `server.mjs` of a folder under `tests`, which needs a package; `None` when this machine cannot.
    ///
    /// # Panics
    /// When CI cannot: there it would go unnoticed for ever.
    pub fn start(folder: &str, package: &str) -> Option<Self> {
        let path = workspace().join("tests").join(folder);
        let installed = path.join("node_modules").join(package).exists();
        let mut command = Command::new("node");
        command.arg("server.mjs").current_dir(&path);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let started = installed.then(|| command.stderr(Stdio::null()).spawn());
        let Some(Ok(mut process)) = started else {
            let why =
                format!("no npm {package}: install Node.js 20 or newer and run make {folder}");
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
            say(&format!("skipped: {why}"));
            return None;
        };
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Some(Self {
            process,
            input,
            output,
        })
    }

    /// Says a line and reads the one it answers.
    pub fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.hear()
    }

    /// Says a line, to be answered while something else is done.
    pub fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }

    /// Reads the answer to a line.
    pub fn hear(&mut self) -> String {
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        answer.trim_end().to_owned()
    }
}

impl Drop for NodeProgram {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Tells whoever runs the tests; not by `eprintln!`, which is kept from sight in a test that passes.
pub fn say(line: &str) {
    let line = format!("{line}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
