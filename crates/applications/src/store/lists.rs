//! Pages of applications: the owner's and the department's.

use auth::{DepartmentId, Reach, Scope, StaffId};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz, Uuid};
use diesel_async::RunQueryDsl;
use forms::{FormVersionId, ProcedureId};
use platform::{AsyncPgConnection, Error, Prepared, Result};

use super::Owner;
use crate::model::ApplicationId;
use crate::schema::{applications, submissions};
use crate::state::Status;

#[derive(Debug, Queryable)]
pub(crate) struct OwnLine {
    pub(crate) id: ApplicationId,
    pub(crate) procedure_id: ProcedureId,
    pub(crate) status: Status,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) reference_number: Option<String>,
}

/// The resident's applications, newest first, `limit + 1` of them.
pub(crate) async fn list_own(
    conn: &mut AsyncPgConnection,
    owner: &Owner,
    before: Option<ApplicationId>,
    limit: i64,
) -> Result<Vec<OwnLine>> {
    let mut query = applications::table
        .left_join(submissions::table.on(submissions::application_id.eq(applications::id)))
        .filter(applications::applicant_id.eq(owner.id))
        .order(applications::id.desc())
        .limit(limit + 1)
        .select((
            applications::id,
            applications::procedure_id,
            applications::status,
            applications::created_at,
            applications::updated_at,
            submissions::reference_number.nullable(),
        ))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(applications::id.lt(before));
    }
    if let Some(procedures) = &owner.procedures {
        query = query.filter(applications::procedure_id.eq_any(procedures));
    }
    Ok(query.load(conn).await?)
}

/// Which of the filed applications to list.
#[derive(Debug)]
pub(crate) struct QueueFilter<'a> {
    /// Where from.
    pub(crate) scope: &'a Scope,
    /// And what waits for the approval of these departments.
    pub(crate) approving: Option<&'a Scope>,
    /// `None`: all that are open.
    pub(crate) status: Option<Status>,
    pub(crate) procedure: Option<ProcedureId>,
    pub(crate) assignee: Option<StaffId>,
    pub(crate) after: Option<(DateTime<Utc>, ApplicationId)>,
    pub(crate) limit: i64,
}

#[derive(Debug, Queryable)]
pub(crate) struct QueueLine {
    pub(crate) id: ApplicationId,
    pub(crate) procedure_id: ProcedureId,
    pub(crate) form_version_id: FormVersionId,
    pub(crate) department_id: DepartmentId,
    pub(crate) approving_department_id: Option<DepartmentId>,
    pub(crate) status: Status,
    pub(crate) version: i32,
    pub(crate) arrived_at: DateTime<Utc>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) limit_on: Option<NaiveDate>,
    pub(crate) assignee_id: Option<StaffId>,
    pub(crate) reference_number: String,
}

impl QueueLine {
    pub(crate) fn is_awaiting_approval(&self) -> bool {
        self.approving_department_id.is_some()
    }
}

/// Filed applications in the order they arrived, `limit + 1` of them.
pub(crate) async fn list_queue(
    conn: &mut AsyncPgConnection,
    filter: &QueueFilter<'_>,
) -> Result<Vec<QueueLine>> {
    // One department at a time: each is read in the order of its index, and not sorted.
    let in_charge = filter.scope.parts().iter().map(Part::InCharge);
    let approving = filter.approving.map_or(&[][..], Scope::parts);
    let parts = in_charge.chain(approving.iter().map(Part::Asked));
    let mut lines = Vec::new();
    for part in parts {
        lines.extend(list_part(conn, filter, part).await?);
    }
    lines.sort_by_key(|line| (line.arrived_at, line.id));
    // What two parts share comes twice.
    lines.dedup_by_key(|line| line.id);
    let limit = usize::try_from(filter.limit).map_err(Error::internal)?;
    lines.truncate(limit + 1);
    Ok(lines)
}

/// Some of the cases.
#[derive(Clone, Copy)]
enum Part<'a> {
    /// That departments are in charge of.
    InCharge(&'a Reach),
    /// That wait for their approval.
    Asked(&'a Reach),
}

async fn list_part(
    conn: &mut AsyncPgConnection,
    filter: &QueueFilter<'_>,
    part: Part<'_>,
) -> Result<Vec<QueueLine>> {
    let arrived_at = applications::arrived_at.assume_not_null();
    let mut query = applications::table
        .inner_join(submissions::table.on(submissions::application_id.eq(applications::id)))
        .filter(applications::arrived_at.is_not_null())
        .order((applications::arrived_at, applications::id))
        .limit(filter.limit + 1)
        .select((
            applications::id,
            applications::procedure_id,
            applications::form_version_id,
            applications::department_id,
            applications::approving_department_id,
            applications::status,
            applications::version,
            arrived_at,
            applications::due_on,
            applications::limit_on,
            applications::assignee_id,
            submissions::reference_number,
        ))
        .into_boxed();
    let reach = match part {
        Part::InCharge(reach) | Part::Asked(reach) => reach,
    };
    query = match (part, reach.department) {
        (Part::InCharge(_), None) => query,
        (Part::InCharge(_), Some(department)) => {
            query.filter(applications::department_id.eq(department))
        }
        (Part::Asked(_), None) => query.filter(applications::approving_department_id.is_not_null()),
        (Part::Asked(_), Some(department)) => {
            query.filter(applications::approving_department_id.eq(department))
        }
    };
    if let Some(procedures) = &reach.procedures {
        query = query.filter(applications::procedure_id.eq_any(procedures));
    }
    query = match filter.status {
        Some(status) => query.filter(applications::status.eq(status)),
        // Word for word the condition of the index applications_queue.
        None => query.filter(sql::<Bool>(
            "applications.status NOT IN ('draft', 'completed', 'withdrawn')",
        )),
    };
    if let Some(procedure) = filter.procedure {
        query = query.filter(applications::procedure_id.eq(procedure));
    }
    if let Some(assignee) = filter.assignee {
        query = query.filter(applications::assignee_id.eq(assignee));
    }
    if let Some((at, id)) = filter.after {
        let later = sql::<Bool>("(applications.arrived_at, applications.id) > (")
            .bind::<Timestamptz, _>(at)
            .sql(", ")
            .bind::<Uuid, _>(id)
            .sql(")");
        query = query.filter(later);
    }
    Ok(Prepared(query).load(conn).await?)
}
