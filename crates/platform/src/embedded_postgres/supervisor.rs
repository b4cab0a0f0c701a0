//! Children that end with us, however we end: a shell holds our pipe, and its end is our end.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::account::Account;

/// On the end of standard input the program gets SIGINT: a fast shutdown for PostgreSQL.
/// The shell outlives signals meant for the program, and passes on its exit status.
const SCRIPT: &str = r#"
exec 3<&0 </dev/null
trap '' HUP INT TERM
remove=$1
shift
"$@" 3<&- &
program=$!
{ read -r line <&3; kill -INT "$program"; } 2>/dev/null &
watcher=$!
exec 3<&-
wait "$program"
status=$?
exec 2>/dev/null
kill -KILL "$watcher"
[ -z "$remove" ] || rm -rf -- "$remove"
exit "$status"
"#;

/// A command that runs `program` under the supervisor. Its standard input is the pipe to hold;
/// `remove` is deleted after the program's end. A process group of its own keeps the terminal's
/// Ctrl-C away: we decide when it stops.
pub(super) fn supervised(account: &Account, program: &Path, remove: Option<&Path>) -> Command {
    let mut command = account.command(Path::new("/bin/sh"));
    command
        .args(["-c", SCRIPT, "madoguchi-postgres"])
        .arg(remove.unwrap_or(Path::new("")))
        .arg(program)
        .stdin(Stdio::piped())
        .process_group(0);
    command
}
