//! Published versions, and that they are retired.

use std::collections::HashMap;

use auth::StaffId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde_json::Value;

use crate::accepting::Opening;
use crate::model::{FormVersionId, ProcedureId};
use crate::schema::{form_retirements, form_versions};
use crate::state::{self, Moments};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = form_versions)]
pub(crate) struct VersionRow {
    pub(crate) id: FormVersionId,
    pub(crate) procedure_id: ProcedureId,
    pub(crate) number: i32,
    pub(crate) definition: Value,
    pub(crate) sha256: Vec<u8>,
    pub(crate) published_at: DateTime<Utc>,
    pub(crate) in_force_from: DateTime<Utc>,
}

/// A published version without what it consists of.
#[derive(Debug, Queryable)]
pub(crate) struct VersionLine {
    pub(crate) id: FormVersionId,
    pub(crate) number: i32,
    pub(crate) sha256: Vec<u8>,
    pub(crate) published_at: DateTime<Utc>,
    pub(crate) in_force_from: DateTime<Utc>,
    pub(crate) retired_at: Option<DateTime<Utc>>,
}

impl VersionLine {
    pub(crate) fn moments(&self) -> Moments {
        Moments {
            in_force_from: self.in_force_from,
            retired_at: self.retired_at,
        }
    }
}

#[derive(Debug, Insertable)]
#[diesel(table_name = form_retirements)]
pub(crate) struct RetirementRow<'a> {
    pub(crate) version_id: FormVersionId,
    pub(crate) retired_at: DateTime<Utc>,
    pub(crate) retired_by: StaffId,
    pub(crate) reason: &'a str,
}

/// All versions of a procedure, newest first.
pub(crate) async fn list_versions(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
) -> Result<Vec<VersionLine>> {
    Ok(form_versions::table
        .left_join(form_retirements::table.on(form_retirements::version_id.eq(form_versions::id)))
        .filter(form_versions::procedure_id.eq(procedure))
        .order(form_versions::number.desc())
        .select((
            form_versions::id,
            form_versions::number,
            form_versions::sha256,
            form_versions::published_at,
            form_versions::in_force_from,
            form_retirements::retired_at.nullable(),
        ))
        .load(conn)
        .await?)
}

/// From when to when each version of a procedure can be filed, newest first.
pub(crate) async fn list_openings(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
) -> Result<Vec<(Moments, Opening)>> {
    type Row = (DateTime<Utc>, Option<DateTime<Utc>>, Value);
    let rows: Vec<Row> = form_versions::table
        .left_join(form_retirements::table.on(form_retirements::version_id.eq(form_versions::id)))
        .filter(form_versions::procedure_id.eq(procedure))
        .order(form_versions::number.desc())
        .select((
            form_versions::in_force_from,
            form_retirements::retired_at.nullable(),
            form_versions::definition.retrieve_as_object("policy"),
        ))
        .load(conn)
        .await?;
    let read = |(in_force_from, retired_at, policy): Row| {
        let moments = Moments {
            in_force_from,
            retired_at,
        };
        Ok((moments, serde_json::from_value(policy)?))
    };
    rows.into_iter().map(read).collect()
}

/// The version with the highest number, in force or not.
pub(crate) async fn newest_version(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
) -> Result<Option<FormVersionId>> {
    Ok(form_versions::table
        .filter(form_versions::procedure_id.eq(procedure))
        .order(form_versions::number.desc())
        .select(form_versions::id)
        .first(conn)
        .await
        .optional()?)
}

/// The version in force, which new drafts are pinned to.
pub(crate) async fn version_in_force(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
    now: DateTime<Utc>,
) -> Result<Option<FormVersionId>> {
    let in_force = versions_in_force(conn, &[procedure], now).await?;
    Ok(in_force.get(&procedure).copied())
}

/// Procedure, version, the moment from which it is in force, the one at which it was retired.
type Line = (
    ProcedureId,
    FormVersionId,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

/// The versions in force of several procedures.
pub(crate) async fn versions_in_force(
    conn: &mut AsyncPgConnection,
    procedures: &[ProcedureId],
    now: DateTime<Utc>,
) -> Result<HashMap<ProcedureId, FormVersionId>> {
    let versions: Vec<Line> = form_versions::table
        .left_join(form_retirements::table.on(form_retirements::version_id.eq(form_versions::id)))
        .filter(form_versions::procedure_id.eq_any(procedures))
        .order((form_versions::procedure_id, form_versions::number.desc()))
        .select((
            form_versions::procedure_id,
            form_versions::id,
            form_versions::in_force_from,
            form_retirements::retired_at.nullable(),
        ))
        .load(conn)
        .await?;
    let of_each = versions.chunk_by(|(one, ..), (other, ..)| one == other);
    let in_force = of_each.filter_map(|of_one| {
        let moments = of_one
            .iter()
            .map(|&(_, _, in_force_from, retired_at)| Moments {
                in_force_from,
                retired_at,
            });
        let moments: Vec<_> = moments.collect();
        let (procedure, version, ..) = of_one[state::in_force(&moments, now)?];
        Some((procedure, version))
    });
    Ok(in_force.collect())
}

pub(crate) async fn version(
    conn: &mut AsyncPgConnection,
    id: FormVersionId,
) -> Result<Option<VersionRow>> {
    Ok(form_versions::table
        .find(id)
        .select(VersionRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn insert_version(conn: &mut AsyncPgConnection, row: &VersionRow) -> Result<()> {
    diesel::insert_into(form_versions::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn insert_retirement(
    conn: &mut AsyncPgConnection,
    row: &RetirementRow<'_>,
) -> Result<()> {
    diesel::insert_into(form_retirements::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}
