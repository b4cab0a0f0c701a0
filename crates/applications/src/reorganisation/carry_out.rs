//! The day of a reorganisation.

use auth::organisation::{dissolve, holders_of};
use auth::{DepartmentId, Role};
use calendar::jst_date;
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use forms::ownership;
use jobs::{Failure, Handler, HandlerFuture, Job, Lease};
use platform::{AsyncPgConnection, Clock, Database, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::check::{Known, Moves};
use super::store;
use crate::model::{Reorganisation, ReorganisationId, ReorganisationPlan};
use crate::state::Event;
use crate::store::{hand_over_closed, open_cases_elsewhere};
use crate::transition::{Happening, transition};

/// After so long nobody is filing any more who read the former department before the day began.
const STRAGGLERS: TimeDelta = TimeDelta::minutes(1);
/// Cases that are held in memory at a time.
const AT_ONCE: i64 = 200;

/// The promise to carry a reorganisation out when its day begins, and to look for stragglers after that.
#[derive(Debug, Serialize, Deserialize)]
pub struct CarryOutReorganisation {
    id: ReorganisationId,
    again: bool,
}

impl CarryOutReorganisation {
    pub(super) const fn first(id: ReorganisationId) -> Self {
        Self { id, again: false }
    }
}

impl Job for CarryOutReorganisation {
    const KIND: &'static str = "applications.reorganise";

    fn deduplication_key(&self) -> String {
        format!("{}:{}", self.id, self.again)
    }
}

/// Carries reorganisations out.
pub struct Reorganising {
    /// Tells the day.
    pub clock: Clock,
}

impl Handler for Reorganising {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(self.keep(database, lease))
    }
}

impl Reorganising {
    async fn keep(&self, database: &Database, lease: &Lease) -> Result<(), Failure> {
        let CarryOutReorganisation { id, again } = lease.job()?;
        let now = self.clock.now();
        let mut conn = database.connection().await?;
        conn.transaction(async |conn| {
            // Without a row the plan was given up.
            if let Some(found) = store::lock(conn, id).await? {
                if !again {
                    carry_out(conn, &found, now).await?;
                    let promise = CarryOutReorganisation { id, again: true };
                    jobs::enqueue(conn, &promise, now + STRAGGLERS).await?;
                }
                hand_over_cases(conn, &found.plan, now).await?;
            }
            lease.complete(conn).await
        })
        .await?;
        Ok(())
    }
}

/// Procedures and paper tasks change hands, departments end.
async fn carry_out(
    conn: &mut AsyncPgConnection,
    found: &Reorganisation,
    now: DateTime<Utc>,
) -> Result<()> {
    let plan = &found.plan;
    let known = Known::load(conn).await?;
    let moves = Moves::of(plan, &known);
    for (procedure, code) in moves.iter() {
        let to = (known.department(code)?, code);
        ownership::hand_over(conn, procedure, to, plan.effective_on).await?;
    }
    let (mut postings, mut papers) = (0, 0);
    for ended in &plan.dissolved {
        let from = known.department(&ended.department)?;
        let to = known.department(&ended.successor)?;
        papers += digital_post::hand_over(conn, from, to).await?;
        postings += dissolve(conn, from, plan.effective_on, now).await?;
    }
    store::set_carried_out(conn, found.id, now).await?;
    let entry = audit::Entry {
        occurred_at: now,
        actor: audit::Actor::System,
        action: "reorganisation.carry_out",
        object_kind: "reorganisation",
        object_id: Some(found.id.as_uuid()),
        request_id: None,
        detail: json!({
            "procedures": moves.procedures().len(), "postings": postings, "paper_tasks": papers,
        }),
    };
    audit::record(conn, entry).await
}

/// Cases follow their procedures to the departments that the plan names.
async fn hand_over_cases(
    conn: &mut AsyncPgConnection,
    plan: &ReorganisationPlan,
    now: DateTime<Utc>,
) -> Result<()> {
    let known = Known::load(conn).await?;
    let successors = plan.dissolved.iter().map(|ended| &ended.successor);
    let named = plan.procedures.iter().map(|moved| &moved.department);
    let targets = successors.chain(named).map(|code| known.department(code));
    let targets: Vec<DepartmentId> = targets.collect::<Result<_>>()?;
    for owned in ownership::list(conn).await? {
        if targets.contains(&owned.department) {
            hand_over_cases_of(conn, &owned, now).await?;
        }
    }
    Ok(())
}

async fn hand_over_cases_of(
    conn: &mut AsyncPgConnection,
    owned: &ownership::Ownership,
    now: DateTime<Utc>,
) -> Result<()> {
    let to = owned.department;
    let reviewers = holders_of(conn, Role::Reviewer, to, jst_date(now)).await?;
    loop {
        let cases = open_cases_elsewhere(conn, owned.procedure, to, AT_ONCE).await?;
        if cases.is_empty() {
            break;
        }
        for mut case in cases {
            case.department_id = to;
            // Whoever goes along keeps their cases.
            case.assignee_id = case.assignee_id.filter(|staff| reviewers.contains(staff));
            let happening = Happening {
                event: Event::HandOver,
                actor: audit::Actor::System,
                mandate: None,
                sealed_reason: None,
                request: None,
                now,
            };
            transition(conn, &mut case, happening).await?;
        }
    }
    hand_over_closed(conn, owned.procedure, to).await
}
