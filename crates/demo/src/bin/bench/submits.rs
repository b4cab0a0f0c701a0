//! Filing, and the same statements by pgbench.

use std::time::Duration;

use crate::crowd::{Crowd, Draft, answers, wish};
use crate::database::Postgres;
use crate::pgbench;
use crate::replay::Replay;
use crate::report::{Load, Report, Row};
use crate::site::{City, Open};
use crate::wrk::{self, Request, Use};
use crate::{CONNECTIONS, Result, say};

const SUBMIT: &str = "submit";
/// Drafts for the warm-up of a measurement.
const WARM_UP: usize = 400;
/// Drafts for a measurement; where the server is faster, it ends before its time.
const ONE_BY_ONE: usize = 3_000;
const TOGETHER: usize = 10_000;
/// Drafts for pgbench, for each second: more than it can file.
const REPLAYED_EACH_SECOND: u64 = 8_000;

/// Measures filing at each number of connections.
pub(crate) async fn measure(
    open: &Open,
    city: &City,
    pace: Duration,
    report: &mut Report,
) -> Result<()> {
    for connections in CONNECTIONS {
        say(&format!("submit at {connections}"));
        let crowd = city.crowd.log_in_again(&city.portal).await?;
        let memory = open.watch_memory();
        let load = file(city, &crowd, connections, pace).await?;
        report.rows.push(Row {
            name: SUBMIT,
            connections,
            load,
            memory: memory.peak(),
            replay: None,
        });
    }
    Ok(())
}

/// Measures the replay at each number of clients, on the same data. Nothing but PostgreSQL works
/// meanwhile: the program that holds it open has no worker.
pub(crate) async fn measure_replay(
    city: &City,
    replay: &Replay,
    pace: Duration,
    report: &mut Report,
) -> Result<()> {
    let model = Draft::complete(city.crowd.bystander()?, &answers()?).await?;
    let drafts = REPLAYED_EACH_SECOND * (pace.as_secs() + 1);
    // The proof of the replay has used the first numbers.
    let mut next = 1_000;
    for clients in CONNECTIONS {
        say(&format!("pgbench at {clients}"));
        pgbench::prepare_drafts(&city.postgres, &model.id, next, drafts).await?;
        settle(&city.postgres).await?;
        let replayed = pgbench::run(&city.postgres, replay, clients, pace, next).await?;
        report.add_replay(SUBMIT, clients, replayed);
        next += drafts + 1_000;
    }
    Ok(())
}

async fn file(city: &City, crowd: &Crowd, connections: usize, pace: Duration) -> Result<Load> {
    let wanted = if connections == 1 {
        ONE_BY_ONE
    } else {
        TOGETHER
    };
    let drafts = crowd.drafts(WARM_UP + wanted).await?;
    let address = drafts.first().ok_or("no drafts")?.owner.base().to_owned();
    let requests: Vec<_> = drafts.iter().map(submit).collect();
    let (warm_up, measured) = requests.split_at(WARM_UP);
    settle(&city.postgres).await?;
    let second = Duration::from_secs(1);
    wrk::send(&address, warm_up, Use::EachOnce, connections, second).await?;
    let before = filed(&city.postgres).await?;
    let load = wrk::send(&address, measured, Use::EachOnce, connections, pace).await?;
    let arrived = filed(&city.postgres).await? - before;
    discard_rest(&city.postgres, &drafts).await?;
    let answered = load.requests - load.errors;
    // What was in hand when the load ended may have arrived too.
    if arrived < answered || arrived > answered + connections as u64 {
        return Err(format!("{answered} filings were answered, {arrived} arrived").into());
    }
    Ok(load)
}

fn submit(draft: &Draft) -> Request {
    Request {
        method: "POST",
        path: format!("/v1/applications/{}/submit", draft.id),
        token: draft.owner.token.clone(),
        version: Some(draft.version),
        body: Some(wish().to_string()),
    }
}

/// Residents may have only so many, and the next measurement needs them.
async fn discard_rest(postgres: &Postgres, drafts: &[Draft]) -> Result<()> {
    let ids: Vec<_> = drafts.iter().map(|draft| draft.id.as_str()).collect();
    let ids = ids.join("','");
    let delete = "DELETE FROM applications WHERE status = 'draft' AND id IN";
    let delete = format!("{delete} ('{ids}');\n");
    postgres.ask(&delete).await.map(drop)
}

/// What is filed, once nothing is in hand any more.
async fn filed(postgres: &Postgres) -> Result<u64> {
    tokio::time::sleep(Duration::from_millis(500)).await;
    postgres.count("SELECT count(*) FROM submissions;\n").await
}

/// The same beginning for both: what was prepared is on disk.
async fn settle(postgres: &Postgres) -> Result<()> {
    postgres.ask("CHECKPOINT;\n").await.map(drop)
}
