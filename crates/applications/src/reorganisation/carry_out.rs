//! The day of a reorganisation: what is quickly done at once, the cases after that, some at a time.

use auth::organisation::{dissolve, holders_of};
use auth::{DepartmentId, Role};
use calendar::jst_date;
use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use forms::ProcedureId;
use forms::ownership::{self, Ownership};
use jobs::{Handler, HandlerFuture, Job, Lease};
use platform::{AsyncPgConnection, Clock, Database, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::check::{Known, Moves};
use super::store;
use crate::model::{ReorganisationId, ReorganisationPlan};
use crate::state::Event;
use crate::store::{cases_asking, hand_over_closed, open_cases_elsewhere};
use crate::transition::{Happening, transition};

/// After so long no request is under way any more that read the former department before the day began: none lasts longer
/// than a statement may, thirty seconds.
const STRAGGLERS: TimeDelta = TimeDelta::minutes(2);
/// Cases that one transaction hands over: it is short, and holds up whoever waits for one of them no longer than they notice.
const AT_ONCE: i64 = 200;

/// The promise to carry a reorganisation out when its day begins.
#[derive(Debug, Serialize, Deserialize)]
pub struct CarryOutReorganisation {
    pub(super) id: ReorganisationId,
}

impl Job for CarryOutReorganisation {
    const KIND: &'static str = "applications.reorganise";

    fn deduplication_key(&self) -> String {
        self.id.to_string()
    }
}

/// The promise to hand over the next cases of a reorganisation that has been carried out.
#[derive(Debug, Serialize, Deserialize)]
pub struct HandOverCases {
    id: ReorganisationId,
    step: u32,
    /// Whether it looks for stragglers.
    again: bool,
}

impl Job for HandOverCases {
    const KIND: &'static str = "applications.hand_over_cases";

    fn deduplication_key(&self) -> String {
        format!("{}:{}", self.id, self.step)
    }
}

/// Carries reorganisations out.
pub struct Reorganising {
    /// Tells the day.
    pub clock: Clock,
}

impl Handler for Reorganising {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let CarryOutReorganisation { id } = lease.job()?;
            let mut conn = database.connection().await?;
            conn.transaction(async |conn| {
                carry_out(conn, id, self.clock.now()).await?;
                lease.complete(conn).await
            })
            .await?;
            Ok(())
        })
    }
}

/// Hands cases over to the departments that have their procedures now.
pub struct HandingOver {
    /// Tells the moment of each hand-over.
    pub clock: Clock,
}

impl Handler for HandingOver {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let step: HandOverCases = lease.job()?;
            let mut conn = database.connection().await?;
            conn.transaction(async |conn| {
                hand_over(conn, &self.clock, step).await?;
                lease.complete(conn).await
            })
            .await?;
            Ok(())
        })
    }
}

/// Procedures change hands, departments end; cases are promised.
async fn carry_out(
    conn: &mut AsyncPgConnection,
    id: ReorganisationId,
    now: DateTime<Utc>,
) -> Result<()> {
    // Without a row the plan was given up.
    let Some(found) = store::lock(conn, id).await? else {
        return Ok(());
    };
    let plan = &found.plan;
    let known = Known::load(conn).await?;
    let moves = Moves::of(plan, &known);
    for (procedure, code) in moves.iter() {
        let to = (known.department(code)?, code);
        ownership::hand_over(conn, procedure, to, plan.effective_on).await?;
    }
    let mut postings = 0;
    for ended in &plan.dissolved {
        let department = known.department(&ended.department)?;
        let successor = known.department(&ended.successor)?;
        postings += dissolve(conn, department, successor, plan.effective_on, now).await?;
    }
    store::set_carried_out(conn, id, &moves.procedures(), now).await?;
    let first = HandOverCases {
        id,
        step: 0,
        again: false,
    };
    jobs::enqueue(conn, &first, now).await?;
    let detail = json!({"procedures": moves.procedures().len(), "postings": postings});
    record(conn, id, "reorganisation.carry_out", detail, now).await
}

/// The next cases and the paper; as long as there are any, a further step is promised, and in the end one for stragglers.
async fn hand_over(conn: &mut AsyncPgConnection, clock: &Clock, step: HandOverCases) -> Result<()> {
    let HandOverCases { id, step, again } = step;
    let now = clock.now();
    let Some((plan, moved)) = store::carried_out(conn, id).await? else {
        return Ok(());
    };
    let handed = hand_over_cases(conn, &moved, now).await?
        + hand_over_from_dissolved(conn, &plan, now).await?;
    let next = HandOverCases {
        id,
        step: step + 1,
        again: again || handed == 0,
    };
    if handed > 0 {
        let detail = json!({"step": step, "handed_over": handed});
        record(conn, id, "reorganisation.hand_over", detail, now).await?;
        jobs::enqueue(conn, &next, now).await
    } else if !again {
        jobs::enqueue(conn, &next, clock.now() + STRAGGLERS).await
    } else {
        Ok(())
    }
}

/// Cases follow their procedures; answers how many did this time.
async fn hand_over_cases(
    conn: &mut AsyncPgConnection,
    moved: &[ProcedureId],
    now: DateTime<Utc>,
) -> Result<usize> {
    let owned = ownership::list(conn).await?.into_iter();
    let mut handed = 0;
    for owned in owned.filter(|owned| moved.contains(&owned.procedure)) {
        handed += hand_over_open(conn, &owned, now).await?;
        handed += hand_over_closed(conn, owned.procedure, owned.department, AT_ONCE).await?;
        if handed > 0 {
            break;
        }
    }
    Ok(handed)
}

async fn hand_over_open(
    conn: &mut AsyncPgConnection,
    owned: &Ownership,
    now: DateTime<Utc>,
) -> Result<usize> {
    let to = owned.department;
    let cases = open_cases_elsewhere(conn, owned.procedure, to, AT_ONCE).await?;
    if cases.is_empty() {
        return Ok(0);
    }
    let there = (to, owned.procedure.as_uuid());
    let reviewers = holders_of(conn, Role::Reviewer, there, jst_date(now)).await?;
    let handed = cases.len();
    for mut case in cases {
        // A step that asks the department in charge asks the new one.
        if case.approving_department_id == Some(case.department_id) {
            case.approving_department_id = Some(to);
        }
        case.department_id = to;
        // Whoever goes along keeps their cases.
        case.assignee_id = case.assignee_id.filter(|staff| reviewers.contains(staff));
        transition(conn, &mut case, handing_over(now)).await?;
    }
    Ok(handed)
}

fn handing_over(now: DateTime<Utc>) -> Happening {
    Happening {
        event: Event::HandOver,
        actor: audit::Actor::System,
        mandate: None,
        sealed_reason: None,
        request: None,
        now,
    }
}

/// What a dissolved department has still to print, and what it was asked to approve for others.
async fn hand_over_from_dissolved(
    conn: &mut AsyncPgConnection,
    plan: &ReorganisationPlan,
    now: DateTime<Utc>,
) -> Result<usize> {
    let codes = plan.dissolved.iter();
    let codes = codes.flat_map(|ended| [ended.department.as_str(), &ended.successor]);
    let known = auth::departments::by_codes(conn, codes).await?;
    let mut handed = 0;
    for ended in &plan.dissolved {
        let of = |code: &String| known.get(code).map(|known| known.id);
        if let (Some(from), Some(to)) = (of(&ended.department), of(&ended.successor)) {
            handed += digital_post::hand_over(conn, from, to).await?;
            handed += hand_over_approvals(conn, from, to, now).await?;
        }
    }
    Ok(handed)
}

async fn hand_over_approvals(
    conn: &mut AsyncPgConnection,
    from: DepartmentId,
    to: DepartmentId,
    now: DateTime<Utc>,
) -> Result<usize> {
    let cases = cases_asking(conn, from, AT_ONCE).await?;
    let handed = cases.len();
    for mut case in cases {
        case.approving_department_id = Some(to);
        transition(conn, &mut case, handing_over(now)).await?;
    }
    Ok(handed)
}

async fn record(
    conn: &mut AsyncPgConnection,
    id: ReorganisationId,
    action: &'static str,
    detail: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        occurred_at: now,
        actor: audit::Actor::System,
        action,
        object_kind: "reorganisation",
        object_id: Some(id.as_uuid()),
        request_id: None,
        detail,
    };
    audit::record(conn, entry).await
}
