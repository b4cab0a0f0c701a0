//! The requests that read.

use std::time::Duration;

use crate::crowd::PROCEDURE;
use crate::portal::Session;
use crate::report::{Report, Row};
use crate::site::{City, Open};
use crate::wrk::{self, Request, Use};
use crate::{CONNECTIONS, Result, say};

const WARM_UP: Duration = Duration::from_secs(1);

/// One kind of request, to be sent by these people for these paths.
pub(crate) struct Read {
    pub(crate) name: &'static str,
    requests: Vec<(Session, String)>,
}

impl Read {
    /// Sends the first of them; the answer must be good.
    pub(crate) async fn send_one(&self) -> Result<()> {
        let (session, path) = self.requests.first().ok_or("nothing to read")?;
        session.get(path).await.map(drop)
    }

    fn address(&self) -> Result<&str> {
        let (session, _) = self.requests.first().ok_or("nothing to read")?;
        Ok(session.base())
    }
}

/// All that are measured, for people who have something to read.
pub(crate) async fn all(city: &City) -> Result<Vec<Read>> {
    let inbox = "/v1/post/messages?limit=20";
    let queue = "/v1/applications?limit=20";
    let rate = "/v1/stats/kpis/digital_application_rate/observations";
    let filers = city.crowd.filers().iter();
    let reads = vec![
        Read {
            name: "one application",
            requests: applications(city).await?,
        },
        Read {
            name: "inbox page",
            requests: filers.map(|own| (own.clone(), inbox.to_owned())).collect(),
        },
        Read {
            name: "clerk's queue",
            requests: vec![(city.reviewer.clone(), queue.to_owned())],
        },
        Read {
            name: "KPI",
            requests: vec![(city.analyst.clone(), rate.to_owned())],
        },
    ];
    for read in &reads[1..3] {
        check_page(read).await?;
    }
    Ok(reads)
}

/// The measured pages are full.
async fn check_page(read: &Read) -> Result<()> {
    let (session, path) = read.requests.first().ok_or("nothing to read")?;
    let page = session.get(path).await?;
    let entries = page["items"].as_array().map_or(0, Vec::len);
    if entries == 20 && page["next"].is_string() {
        return Ok(());
    }
    Err(format!(
        "{}: a page of {entries} instead of one of several",
        read.name
    )
    .into())
}

/// The filed ones of everybody who filed before.
async fn applications(city: &City) -> Result<Vec<(Session, String)>> {
    let mut found = Vec::new();
    for own in city.crowd.filers() {
        let page = own.get("/v1/applications?limit=100").await?;
        let items = page["items"].as_array().into_iter().flatten();
        let filed = items
            .filter(|item| item["status"] != "draft" && item["procedure"]["code"] == PROCEDURE);
        let ids = filed.filter_map(|item| item["id"].as_str());
        found.extend(ids.map(|id| (own.clone(), format!("/v1/applications/{id}"))));
    }
    Ok(found)
}

/// Measures each of them at each number of connections.
pub(crate) async fn measure(
    open: &Open,
    city: &City,
    pace: Duration,
    report: &mut Report,
) -> Result<()> {
    for read in all(city).await? {
        let requests = read.requests.iter();
        let requests: Vec<_> = requests
            .map(|(session, path)| Request::get(path, &session.token))
            .collect();
        let address = read.address()?;
        for connections in CONNECTIONS {
            say(&format!("{} at {connections}", read.name));
            wrk::send(address, &requests, Use::InTurn, connections, WARM_UP).await?;
            let memory = open.watch_memory();
            let load = wrk::send(address, &requests, Use::InTurn, connections, pace).await?;
            report.rows.push(Row {
                name: read.name,
                connections,
                load,
                memory: memory.peak(),
                replay: None,
            });
        }
    }
    Ok(())
}
