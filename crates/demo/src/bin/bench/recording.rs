//! What each request asks PostgreSQL, told by PostgreSQL's own log.

use std::fmt::Write as _;
use std::path::Path;

use crate::Result;
use crate::crowd::{Draft, answers};
use crate::database::Postgres;
use crate::pgbench;
use crate::portal::Session;
use crate::reads::{self, Read};
use crate::replay::{Filing, Replay, application_id};
use crate::site::{City, Site};
use crate::statement_log::{Statement, prepared_anew};

/// How often a request is sent before it is recorded: until everything kept in memory is there.
const UNRECORDED: usize = 3;

/// The statements of a request.
pub(crate) struct Count {
    pub(crate) name: &'static str,
    pub(crate) statements: usize,
    /// Those of them that were prepared for this request alone.
    pub(crate) prepared_anew: usize,
}

impl Count {
    fn of(name: &'static str, first: &[Statement], second: &[Statement]) -> Self {
        Self {
            name,
            statements: first.len(),
            prepared_anew: prepared_anew(first, second),
        }
    }
}

/// What was recorded.
pub(crate) struct Recorded {
    pub(crate) counts: Vec<Count>,
    pub(crate) replay: Replay,
}

/// Records every request that is measured and makes the replay of a filing. The statements and the
/// script are kept in the folder.
pub(crate) async fn record(site: &Site, city: &City, results: &Path) -> Result<Recorded> {
    let open = site.open_for_recording().await?;
    let logging = city.postgres.log_statements(true).await;
    // Connections that are open already do not log.
    open.close().await;
    logging?;
    let open = site.open_for_recording().await?;
    let recorded = record_on(city, results).await;
    let quiet = city.postgres.log_statements(false).await;
    open.close().await;
    quiet?;
    recorded
}

async fn record_on(city: &City, results: &Path) -> Result<Recorded> {
    let mut counts = Vec::new();
    for read in reads::all(city).await? {
        for _ in 0..UNRECORDED {
            read.send_one().await?;
        }
        let first = statements_of(&city.postgres, &read).await?;
        let second = statements_of(&city.postgres, &read).await?;
        keep(results, read.name, &first)?;
        counts.push(Count::of(read.name, &first, &second));
    }
    let owner = city.crowd.bystander()?;
    for _ in 0..UNRECORDED {
        filing(&city.postgres, owner).await?;
    }
    let first = filing(&city.postgres, owner).await?;
    let second = filing(&city.postgres, owner).await?;
    keep(results, "submit", &first.statements)?;
    counts.push(Count::of("submit", &first.statements, &second.statements));
    let types = city.postgres.parameter_types(&first.statements).await?;
    let replay = Replay::of(&first, &second, &types)?;
    std::fs::write(results.join("submit-replay.sql"), &replay.script)?;
    prove(city, &replay, &first).await?;
    Ok(Recorded { counts, replay })
}

async fn statements_of(postgres: &Postgres, read: &Read) -> Result<Vec<Statement>> {
    let start = postgres.end_of_log()?;
    read.send_one().await?;
    postgres.statements_since(start)
}

async fn filing(postgres: &Postgres, owner: &Session) -> Result<Filing> {
    let draft = Draft::complete(owner, &answers()?).await?;
    let start = postgres.end_of_log()?;
    let receipt = draft.file().await?;
    let number = receipt["reference_number"].as_str();
    Ok(Filing {
        application: draft.id,
        reference_number: number.ok_or("a receipt without a number")?.to_owned(),
        statements: postgres.statements_since(start)?,
    })
}

/// A replayed transaction must write the same number of rows into the same tables as the real one.
async fn prove(city: &City, replay: &Replay, real: &Filing) -> Result<()> {
    const NUMBER: u64 = 1;
    let postgres = &city.postgres;
    let draft = Draft::complete(city.crowd.bystander()?, &answers()?).await?;
    pgbench::prepare_drafts(postgres, &draft.id, NUMBER, 1).await?;
    pgbench::run_once(postgres, replay, NUMBER).await?;
    let id = postgres
        .ask(&format!("SELECT {}::uuid;\n", application_id("1")))
        .await?;
    let id = id.first().ok_or("no id")?;
    let wanted = postgres.rows_written_with(&real.application).await?;
    let written = postgres.rows_written_with(id).await?;
    if wanted == written {
        return Ok(());
    }
    Err(format!("a filing writes {wanted:?}, its replay {written:?}").into())
}

fn keep(results: &Path, name: &str, statements: &[Statement]) -> Result<()> {
    let mut text = String::new();
    for statement in statements {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{};", statement.sql);
    }
    let file = format!("{}.sql", name.replace([' ', '\''], "-"));
    Ok(std::fs::write(results.join(file), text)?)
}
