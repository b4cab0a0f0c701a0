//! Relinks in the database, and the rows that go over with one.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::error::on_constraint;
use platform::{AsyncPgConnection, Error, Result};

use super::model::RelinkId;
use super::state::RelinkStatus;
use crate::person::{ResidentId, StaffId};
use crate::registration::model::RegistrationId;
use crate::registration::state::RegistrationStatus;
use crate::schema::{registrations, relinks, resident_identities, residents};

/// A relink as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = relinks, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Row {
    pub(crate) id: RelinkId,
    pub(super) resident_id: ResidentId,
    pub(super) former_id: ResidentId,
    pub(super) status: RelinkStatus,
    pub(super) version: i32,
    pub(super) sealed_evidence: Vec<u8>,
    pub(super) sealed_reason: Option<Vec<u8>>,
    pub(super) proposed_by: StaffId,
    pub(super) proposed_at: DateTime<Utc>,
    pub(super) decided_by: Option<StaffId>,
    pub(super) decided_at: Option<DateTime<Utc>>,
}

/// # Errors
/// 422 when another one of the same login waits.
pub(super) async fn insert(conn: &mut AsyncPgConnection, row: &Row) -> Result<()> {
    let inserted = diesel::insert_into(relinks::table)
        .values(row)
        .execute(conn)
        .await;
    inserted.map_err(|error| {
        on_constraint(error, "relinks_waiting", || {
            let message = "このログインの付替えは、すでに提案されています。";
            Error::field("/registration", "already_proposed", message)
        })
    })?;
    Ok(())
}

pub(super) async fn save(conn: &mut AsyncPgConnection, row: &Row) -> Result<()> {
    diesel::update(relinks::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn load(conn: &mut AsyncPgConnection, id: RelinkId) -> Result<Row> {
    Ok(relinks::table
        .find(id)
        .select(Row::as_select())
        .first(conn)
        .await?)
}

/// As [`load`], and nobody else changes it until the transaction ends.
pub(super) async fn lock(conn: &mut AsyncPgConnection, id: RelinkId) -> Result<Row> {
    Ok(relinks::table
        .find(id)
        .for_update()
        .select(Row::as_select())
        .first(conn)
        .await?)
}

/// Those that wait for a registrar, the oldest first, one more than the limit.
pub(crate) async fn list_waiting(
    conn: &mut AsyncPgConnection,
    after: Option<RelinkId>,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut rows = relinks::table
        .filter(relinks::status.eq(RelinkStatus::Proposed))
        .order(relinks::id)
        .limit(limit + 1)
        .select(Row::as_select())
        .into_boxed();
    if let Some(after) = after {
        rows = rows.filter(relinks::id.gt(after));
    }
    Ok(rows.load(conn).await?)
}

/// Whose registration it is, if it is pending or linked.
pub(super) async fn who_asked(
    conn: &mut AsyncPgConnection,
    registration: RegistrationId,
) -> Result<Option<ResidentId>> {
    Ok(registrations::table
        .find(registration)
        .filter(registrations::status.eq_any(RegistrationStatus::LIVING))
        .select(registrations::resident_id)
        .first(conn)
        .await
        .optional()?)
}

/// Whether a login leads to the resident.
pub(super) async fn has_login(conn: &mut AsyncPgConnection, resident: ResidentId) -> Result<bool> {
    let logins = resident_identities::table.filter(resident_identities::resident_id.eq(resident));
    Ok(diesel::select(exists(logins)).get_result(conn).await?)
}

/// How many of the residents may log in; none of them changes until the transaction ends.
pub(super) async fn lock_enabled(
    conn: &mut AsyncPgConnection,
    ids: [ResidentId; 2],
) -> Result<usize> {
    let enabled: Vec<ResidentId> = residents::table
        .filter(residents::id.eq_any(ids))
        .filter(residents::disabled_at.is_null())
        .order(residents::id)
        .for_update()
        .select(residents::id)
        .load(conn)
        .await?;
    Ok(enabled.len())
}

/// Lets every login of one resident lead to another.
pub(super) async fn move_logins(
    conn: &mut AsyncPgConnection,
    (from, to): (ResidentId, ResidentId),
) -> Result<()> {
    diesel::update(resident_identities::table)
        .filter(resident_identities::resident_id.eq(from))
        .set(resident_identities::resident_id.eq(to))
        .execute(conn)
        .await?;
    Ok(())
}

/// What was asked for with the new login, and the protection that comes with it, is the former person's.
pub(super) async fn move_registrations(
    conn: &mut AsyncPgConnection,
    (from, to): (ResidentId, ResidentId),
) -> Result<()> {
    diesel::update(registrations::table)
        .filter(registrations::resident_id.eq(from))
        .set((
            registrations::resident_id.eq(to),
            registrations::version.eq(registrations::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Voids the tokens of both, and lets nobody be the one whom no login leads to any more.
pub(super) async fn retire(
    conn: &mut AsyncPgConnection,
    (from, to): (ResidentId, ResidentId),
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(residents::table.filter(residents::id.eq_any([from, to])))
        .set(residents::auth_epoch.eq(residents::auth_epoch + 1))
        .execute(conn)
        .await?;
    diesel::update(residents::table.find(from))
        .set(residents::disabled_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}
