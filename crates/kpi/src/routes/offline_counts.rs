//! Counts of the channels the portal does not see.

use actix_web::{HttpResponse, Responder, get, post};
use auth::Staff;
use calendar::jst_date;
use diesel_async::AsyncConnection as _;
use platform::extract::{Json, Query, RequestId};
use platform::page::Page;
use platform::{AsyncPgConnection, Clock, Db, Error, Result};
use serde_json::json;

use super::{QueryProblems, RecordProblems};
use crate::model::{ListOfflineCounts, NewOfflineCount, OfflineCount, OfflineCountId};
use crate::observation::read_fiscal_year;
use crate::offline_counts::{self, Fault, Period};
use crate::store::{self, ListFilter, LockedProcedure, NewRevision, Owner};

/// Reports or corrects the count of a channel outside of the portal
///
/// The same procedure, channel and period again is a correction and needs a reason; earlier revisions stay.
#[utoipa::path(tag = "statistics", operation_id = "recordOfflineCount", security(("bearer" = [])),
    request_body = NewOfflineCount,
    responses((status = 201, description = "The stored revision", body = OfflineCount), RecordProblems))]
#[post("/v1/offline-counts")]
async fn record_offline_count(
    staff: Staff,
    db: Db,
    clock: Clock,
    request_id: RequestId,
    new: Json<NewOfflineCount>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let stored = conn
        .transaction(async |conn| {
            let stored = store_count(conn, &staff, &clock, new.0).await?;
            audit::record(conn, audit_entry(&staff, request_id, &stored)).await?;
            Ok::<_, Error>(stored)
        })
        .await?;
    Ok(HttpResponse::Created().json(stored))
}

async fn store_count(
    conn: &mut AsyncPgConnection,
    staff: &Staff,
    clock: &Clock,
    new: NewOfflineCount,
) -> Result<OfflineCount> {
    offline_counts::check_channel(new.channel, new.includes_transcribed)?;
    let procedure = lock_procedure_in_reach(conn, staff, &new.procedure).await?;
    let recorded_at = clock.legal_now(conn).await?;
    let period = Period::new(new.starts_on, new.ends_on, jst_date(recorded_at))?;
    period.check_eligibility(&procedure.accepts)?;
    period.check_owner(&procedure.owner_changes)?;
    let former = store::latest_revision(conn, procedure.id, new.channel, period).await?;
    let revision = NewRevision {
        id: OfflineCountId::new(recorded_at),
        procedure_id: procedure.id,
        channel: new.channel,
        period,
        revision: offline_counts::next_revision(former, new.reason.as_deref())?,
        count: new.count,
        includes_transcribed: new.includes_transcribed,
        reason: new.reason.as_deref(),
        entered_by: staff.id,
        recorded_at,
    };
    store::insert_revision(conn, &revision).await
}

/// A procedure that is none of the actor's is as unknown as one that does not exist.
async fn lock_procedure_in_reach(
    conn: &mut AsyncPgConnection,
    staff: &Staff,
    code: &str,
) -> Result<LockedProcedure> {
    let found = store::lock_procedure(conn, code).await?;
    let owners = owners_in_reach(conn, staff).await?;
    let is_within = |procedure: &LockedProcedure| {
        let mut owners = owners.iter();
        owners.any(|owner| owner.has(&procedure.department_code, procedure.id))
    };
    Ok(found.filter(is_within).ok_or(Fault::UnknownProcedure)?)
}

/// Whose procedures the actor may count.
async fn owners_in_reach(conn: &mut AsyncPgConnection, staff: &Staff) -> Result<Vec<Owner>> {
    let parts = staff.scope().parts();
    let mut owners = Vec::with_capacity(parts.len());
    for part in parts {
        let department_code = match part.department {
            None => None,
            Some(id) => Some(auth::departments::code_of(conn, id).await?),
        };
        owners.push(Owner {
            department_code,
            procedures: part.procedures.clone(),
        });
    }
    Ok(owners)
}

fn audit_entry(
    staff: &Staff,
    request_id: RequestId,
    stored: &OfflineCount,
) -> audit::Entry<'static> {
    audit::Entry {
        occurred_at: stored.recorded_at,
        actor: staff.actor(),
        action: "offline_count.record",
        object_kind: "offline_count",
        object_id: Some(stored.id.as_uuid()),
        request_id: Some(request_id),
        detail: json!({
            "procedure": stored.procedure,
            "channel": stored.channel,
            "starts_on": stored.starts_on,
            "ends_on": stored.ends_on,
            "revision": stored.revision,
            "count": stored.count,
        }),
    }
}

/// Lists reported counts, the latest entry first
#[utoipa::path(tag = "statistics", operation_id = "listOfflineCounts", security(("bearer" = [])),
    params(ListOfflineCounts),
    responses((status = 200, description = "A page of counts", body = Page<OfflineCount>), QueryProblems))]
#[get("/v1/offline-counts")]
async fn list_offline_counts(
    staff: Staff,
    db: Db,
    query: Query<ListOfflineCounts>,
) -> Result<impl Responder> {
    let (limit, after) = query.0.page()?;
    let year = query.0.fiscal_year.as_deref();
    let year = year
        .map(|text| read_fiscal_year("fiscal_year", text))
        .transpose()?;
    let mut conn = db.connection().await?;
    let filter = ListFilter {
        owners: owners_in_reach(&mut conn, &staff).await?,
        procedure: query.0.procedure.as_deref(),
        days: year.map(|year| (year.first_day(), year.end_exclusive())),
        history: query.0.history.unwrap_or(false),
    };
    let rows = store::list_revisions(&mut conn, filter, after, limit).await?;
    let page = Page::cut(rows, limit, |last| last.id, |row| row)?;
    Ok(HttpResponse::Ok().json(page))
}
