//! Approvals given on the way to a decision.

use auth::{DepartmentId, StaffId};
use chrono::{DateTime, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::model::ApplicationId;
use crate::schema::{approvals, proposals};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = approvals)]
pub(crate) struct Approval {
    pub(crate) application_id: ApplicationId,
    pub(crate) round: i32,
    /// Counts from 1.
    pub(crate) step: i32,
    pub(crate) department_id: DepartmentId,
    pub(crate) approved_by: StaffId,
    pub(crate) approved_at: DateTime<Utc>,
}

pub(crate) async fn insert_approval(conn: &mut AsyncPgConnection, row: &Approval) -> Result<()> {
    diesel::insert_into(approvals::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// What the newest proposal of each of the applications has been given so far, step by step.
pub(crate) async fn list_approvals(
    conn: &mut AsyncPgConnection,
    applications: &[ApplicationId],
) -> Result<Vec<Approval>> {
    let newer = proposals::table
        .filter(proposals::application_id.eq(approvals::application_id))
        .filter(proposals::round.gt(approvals::round));
    Ok(approvals::table
        .filter(approvals::application_id.eq_any(applications))
        .filter(not(exists(newer)))
        .order((approvals::application_id, approvals::step))
        .select(Approval::as_select())
        .load(conn)
        .await?)
}
