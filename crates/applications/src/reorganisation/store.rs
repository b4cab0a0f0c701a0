//! Reorganisations in the database.

use auth::StaffId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use forms::ProcedureId;
use platform::{AsyncPgConnection, Result};
use serde_json::Value;

use crate::model::{Reorganisation, ReorganisationId, ReorganisationPlan};
use crate::schema::reorganisations;

type Row = (
    ReorganisationId,
    Value,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

const ROW: (
    reorganisations::id,
    reorganisations::plan,
    reorganisations::planned_at,
    reorganisations::carried_out_at,
) = (
    reorganisations::id,
    reorganisations::plan,
    reorganisations::planned_at,
    reorganisations::carried_out_at,
);

fn read((id, plan, planned_at, carried_out_at): Row) -> Result<Reorganisation> {
    Ok(Reorganisation {
        id,
        plan: serde_json::from_value(plan)?,
        planned_at,
        carried_out_at,
    })
}

/// The thousand latest.
pub(crate) async fn list(conn: &mut AsyncPgConnection) -> Result<Vec<Reorganisation>> {
    let rows: Vec<Row> = reorganisations::table
        .order((reorganisations::effective_on.desc(), reorganisations::id))
        .limit(1_000)
        .select(ROW)
        .load(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Held until the transaction ends.
pub(super) async fn lock(
    conn: &mut AsyncPgConnection,
    id: ReorganisationId,
) -> Result<Option<Reorganisation>> {
    let row: Option<Row> = reorganisations::table
        .find(id)
        .for_update()
        .select(ROW)
        .first(conn)
        .await
        .optional()?;
    row.map(read).transpose()
}

pub(super) async fn insert(
    conn: &mut AsyncPgConnection,
    new: &Reorganisation,
    planned_by: StaffId,
) -> Result<()> {
    diesel::insert_into(reorganisations::table)
        .values((
            reorganisations::id.eq(new.id),
            reorganisations::effective_on.eq(new.plan.effective_on),
            reorganisations::plan.eq(serde_json::to_value(&new.plan)?),
            reorganisations::planned_by.eq(planned_by),
            reorganisations::planned_at.eq(new.planned_at),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// What was carried out: the plan, and the procedures that moved.
pub(super) async fn carried_out(
    conn: &mut AsyncPgConnection,
    id: ReorganisationId,
) -> Result<Option<(ReorganisationPlan, Vec<ProcedureId>)>> {
    let row: Option<(Value, Vec<ProcedureId>)> = reorganisations::table
        .find(id)
        .filter(reorganisations::carried_out_at.is_not_null())
        .select((reorganisations::plan, reorganisations::moved))
        .first(conn)
        .await
        .optional()?;
    let read = |(plan, moved)| Ok((serde_json::from_value(plan)?, moved));
    row.map(read).transpose()
}

/// Who plans takes turns: a plan is judged by all others.
pub(super) async fn take_turn(conn: &mut AsyncPgConnection) -> Result<()> {
    diesel::sql_query("LOCK TABLE reorganisations IN SHARE ROW EXCLUSIVE MODE")
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn set_carried_out(
    conn: &mut AsyncPgConnection,
    id: ReorganisationId,
    moved: &[ProcedureId],
    at: DateTime<Utc>,
) -> Result<()> {
    diesel::update(reorganisations::table.find(id))
        .set((
            reorganisations::carried_out_at.eq(at),
            reorganisations::moved.eq(moved),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete(conn: &mut AsyncPgConnection, id: ReorganisationId) -> Result<()> {
    diesel::delete(reorganisations::table.find(id))
        .execute(conn)
        .await?;
    Ok(())
}
