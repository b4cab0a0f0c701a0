//! Proposals, and the decisions that follow them.

use auth::StaffId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::model::{ApplicationId, Outcome};
use crate::schema::{decisions, proposals};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = proposals, treat_none_as_default_value = false)]
pub(crate) struct Proposal {
    pub(crate) application_id: ApplicationId,
    pub(crate) round: i32,
    pub(crate) outcome: Outcome,
    pub(crate) sealed_grounds: Option<Vec<u8>>,
    pub(crate) proposed_by: StaffId,
    pub(crate) proposed_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = decisions, treat_none_as_default_value = false)]
pub(crate) struct Decision {
    pub(crate) application_id: ApplicationId,
    pub(crate) round: i32,
    pub(crate) approved_by: StaffId,
    pub(crate) decided_at: DateTime<Utc>,
    pub(crate) sealed_notice: Vec<u8>,
    pub(crate) notice_sha256: Vec<u8>,
}

pub(crate) async fn insert_proposal(conn: &mut AsyncPgConnection, row: &Proposal) -> Result<()> {
    diesel::insert_into(proposals::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn newest_proposal(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
) -> Result<Option<Proposal>> {
    Ok(proposals::table
        .filter(proposals::application_id.eq(id))
        .order(proposals::round.desc())
        .select(Proposal::as_select())
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn insert_decision(conn: &mut AsyncPgConnection, row: &Decision) -> Result<()> {
    diesel::insert_into(decisions::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The decision and the proposal it follows.
pub(crate) async fn decision(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
) -> Result<Option<(Decision, Proposal)>> {
    Ok(decisions::table
        .inner_join(
            proposals::table.on(proposals::application_id
                .eq(decisions::application_id)
                .and(proposals::round.eq(decisions::round))),
        )
        .filter(decisions::application_id.eq(id))
        .select((Decision::as_select(), Proposal::as_select()))
        .first(conn)
        .await
        .optional()?)
}
