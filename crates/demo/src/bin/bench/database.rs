//! The private PostgreSQL as its superuser sees it, through the programs that come with it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::Result;
use crate::statement_log::{Statement, read_statements};

/// The role the program works as.
pub(crate) const SERVER: &str = "madoguchi_server";
const SUPERUSER: &str = "madoguchi_admin";
const DATABASE: &str = "madoguchi";

/// Where it is.
pub(crate) struct Postgres {
    socket: PathBuf,
    log: PathBuf,
}

impl Postgres {
    /// The one that runs on the data directory, or will again: its place stays.
    pub(crate) fn of(data: &Path) -> Result<Self> {
        let lock = fs::read_to_string(data.join("lock"))?;
        let socket = lock.lines().nth(1).ok_or("PostgreSQL does not run yet")?;
        Ok(Self {
            socket: PathBuf::from(socket),
            log: data.join("postgres.log"),
        })
    }

    /// A program of PostgreSQL's, told where and as whom.
    pub(crate) fn command(&self, program: &str, role: &str) -> Command {
        let mut command = Command::new(program);
        command
            .arg("--host")
            .arg(&self.socket)
            .args(["--port", "5432", "--username", role])
            .kill_on_drop(true);
        command
    }

    /// Runs SQL as the superuser; answers the rows, fields with tabs between them.
    pub(crate) async fn ask(&self, sql: &str) -> Result<Vec<String>> {
        let mut command = self.command("psql", SUPERUSER);
        command
            .args(["--dbname", DATABASE, "--no-psqlrc", "--quiet"])
            .args(["--tuples-only", "--no-align", "--field-separator", "\t"])
            .args(["--set", "ON_ERROR_STOP=1", "--file", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("psql: {error}"))?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(sql.as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("psql failed: {said}").into());
        }
        let text = String::from_utf8(output.stdout)?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// The only answer, as a number.
    pub(crate) async fn count(&self, sql: &str) -> Result<u64> {
        let rows = self.ask(sql).await?;
        Ok(rows.first().ok_or("no row")?.parse()?)
    }

    /// Whether the statements of the program's role are logged with their parameters, from its next
    /// connection on. Set for the role: it wins over what the program starts PostgreSQL with.
    pub(crate) async fn log_statements(&self, wanted: bool) -> Result<()> {
        let change = |setting: &str, value: &str| {
            let role = format!("ALTER ROLE {SERVER} IN DATABASE {DATABASE}");
            if wanted {
                format!("{role} SET {setting} = {value};")
            } else {
                format!("{role} RESET {setting};")
            }
        };
        let statement = change("log_statement", "'all'");
        let verbosity = change("log_error_verbosity", "'default'");
        self.ask(&(statement + &verbosity)).await.map(drop)
    }

    /// The end of the log now, to read from later.
    pub(crate) fn end_of_log(&self) -> Result<u64> {
        Ok(fs::metadata(&self.log)?.len())
    }

    /// The statements of the program's role that were logged since.
    pub(crate) fn statements_since(&self, start: u64) -> Result<Vec<Statement>> {
        let mut file = fs::File::open(&self.log)?;
        file.seek(SeekFrom::Start(start))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        read_statements(&text, &format!("{SERVER}@{DATABASE}"))
    }

    /// The types PostgreSQL finds for the parameters of each statement.
    pub(crate) async fn parameter_types(
        &self,
        statements: &[Statement],
    ) -> Result<Vec<Vec<String>>> {
        let mut script = String::new();
        for (number, statement) in statements.iter().enumerate() {
            if !statement.parameters.is_empty() {
                let sql = &statement.sql;
                script += &format!("PREPARE s{number} AS {sql};\n");
            }
            script += &format!(
                "SELECT coalesce((SELECT array_to_string(parameter_types, ',') \
                 FROM pg_prepared_statements WHERE name = 's{number}'), '');\n"
            );
        }
        let rows = self.ask(&script).await?;
        let types = |row: &String| {
            let names = row.split(',').filter(|name| !name.is_empty());
            names.map(str::to_owned).collect()
        };
        Ok(rows.iter().map(types).collect())
    }

    /// How many rows of each table were written by the transaction that filed the application.
    pub(crate) async fn rows_written_with(
        &self,
        application: &str,
    ) -> Result<BTreeMap<String, u64>> {
        let transaction =
            format!("SELECT xmin::text FROM submissions WHERE application_id = '{application}';\n");
        let transaction = self.ask(&transaction).await?;
        let transaction = transaction.first().ok_or("the filing is not there")?;
        let tables = "SELECT quote_ident(relname) FROM pg_stat_user_tables \
                      WHERE schemaname = 'public' ORDER BY 1;\n";
        let counts: String = self
            .ask(tables)
            .await?
            .iter()
            .map(|table| {
                format!(
                    "SELECT '{table}', count(*) FROM {table} \
                     WHERE xmin::text = '{transaction}' HAVING count(*) > 0;\n"
                )
            })
            .collect();
        let mut written = BTreeMap::new();
        for row in self.ask(&counts).await? {
            let (table, count) = row.split_once('\t').ok_or("psql answers oddly")?;
            written.insert(table.to_owned(), count.parse()?);
        }
        Ok(written)
    }
}
