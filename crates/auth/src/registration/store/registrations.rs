//! Registrations.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use super::FoundRow;
use crate::person::{ResidentId, StaffId};
use crate::registration::addressee::AddresseeId;
use crate::registration::model::RegistrationId;
use crate::registration::state::RegistrationStatus;
use crate::schema::{addressees, registrations};

/// A registration as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = registrations, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Row {
    pub(crate) id: RegistrationId,
    pub(in crate::registration) resident_id: ResidentId,
    pub(in crate::registration) status: RegistrationStatus,
    pub(in crate::registration) addressee_id: Option<AddresseeId>,
    pub(in crate::registration) sealed_attributes: Vec<u8>,
    pub(in crate::registration) sealed_reason: Option<Vec<u8>>,
    pub(in crate::registration) version: i32,
    pub(in crate::registration) decided_by: Option<StaffId>,
    pub(in crate::registration) requested_at: DateTime<Utc>,
    pub(in crate::registration) settled_at: Option<DateTime<Utc>>,
    pub(in crate::registration) link_decided_by: Option<StaffId>,
}

pub(in crate::registration) async fn insert(conn: &mut AsyncPgConnection, row: &Row) -> Result<()> {
    diesel::insert_into(registrations::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(in crate::registration) async fn save(conn: &mut AsyncPgConnection, row: &Row) -> Result<()> {
    diesel::update(registrations::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The resident's registration that is pending or linked; nobody else changes it until the transaction ends.
pub(in crate::registration) async fn lock_living(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
) -> Result<Option<Row>> {
    Ok(registrations::table
        .filter(registrations::resident_id.eq(resident))
        .filter(registrations::status.eq_any(RegistrationStatus::LIVING))
        .for_update()
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The resident's last registration, whatever became of it.
pub(in crate::registration) async fn newest(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
) -> Result<Option<Row>> {
    Ok(registrations::table
        .filter(registrations::resident_id.eq(resident))
        .order(registrations::id.desc())
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// When the resident asked for the first of their last `n` registrations; none when there have been fewer.
pub(in crate::registration) async fn nth_newest_request(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
    n: i64,
) -> Result<Option<DateTime<Utc>>> {
    Ok(registrations::table
        .filter(registrations::resident_id.eq(resident))
        .order(registrations::id.desc())
        .offset(n - 1)
        .select(registrations::requested_at)
        .first(conn)
        .await
        .optional()?)
}

/// The living link of a person of the register.
pub(in crate::registration) async fn link_to(
    conn: &mut AsyncPgConnection,
    addressee: AddresseeId,
) -> Result<Option<RegistrationId>> {
    Ok(registrations::table
        .filter(registrations::addressee_id.eq(addressee))
        .filter(registrations::status.eq(RegistrationStatus::Linked))
        .select(registrations::id)
        .first(conn)
        .await
        .optional()?)
}

/// Where the person a resident is linked to is found, if the register has them.
#[dsl::auto_type]
fn linked_to(resident: ResidentId) -> _ {
    let linked: RegistrationStatus = RegistrationStatus::Linked;
    registrations::table
        .inner_join(addressees::table.on(registrations::addressee_id.eq(addressees::id.nullable())))
        .filter(registrations::resident_id.eq(resident))
        .filter(registrations::status.eq(linked))
        .filter(addressees::gone_at.is_null())
}

/// The person a resident is linked to, if the register has them.
pub(in crate::registration) async fn linked_person(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
) -> Result<Option<FoundRow>> {
    Ok(linked_to(resident)
        .select(FoundRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// Whether there is such a person, of whom nothing is read.
pub(in crate::registration) async fn has_linked_person(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
) -> Result<bool> {
    Ok(diesel::select(dsl::exists(linked_to(resident)))
        .get_result(conn)
        .await?)
}

/// Whether a clerk has refused or ended a registration of the resident's, or found it mistaken.
pub(in crate::registration) async fn is_judged_by_clerk(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
) -> Result<bool> {
    let against = [
        RegistrationStatus::Refused,
        RegistrationStatus::Ended,
        RegistrationStatus::Mistaken,
    ];
    let judged = registrations::table
        .filter(registrations::resident_id.eq(resident))
        .filter(registrations::status.eq_any(against))
        .filter(registrations::sealed_reason.is_not_null());
    Ok(diesel::select(dsl::exists(judged)).get_result(conn).await?)
}

pub(crate) async fn load(conn: &mut AsyncPgConnection, id: RegistrationId) -> Result<Row> {
    Ok(registrations::table
        .find(id)
        .select(Row::as_select())
        .first(conn)
        .await?)
}

/// As [`load`], and nobody else changes it until the transaction ends.
pub(in crate::registration) async fn lock(
    conn: &mut AsyncPgConnection,
    id: RegistrationId,
) -> Result<Row> {
    Ok(registrations::table
        .find(id)
        .for_update()
        .select(Row::as_select())
        .first(conn)
        .await?)
}

/// Which registrations to list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Which {
    status: Option<RegistrationStatus>,
    resident: Option<ResidentId>,
    gone: bool,
}

impl Which {
    /// Those that stand there, of that resident, and that name somebody whom the register lacks, where that is asked for; with
    /// neither state nor resident those that a clerk has to look at: pending ones, or links to people who have gone.
    pub(crate) fn new(
        status: Option<RegistrationStatus>,
        resident: Option<ResidentId>,
        gone: bool,
    ) -> Self {
        let usual = match gone {
            true => RegistrationStatus::Linked,
            false => RegistrationStatus::Pending,
        };
        Self {
            status: status.or_else(|| resident.is_none().then_some(usual)),
            resident,
            gone,
        }
    }
}

/// The oldest first, one more than the limit.
pub(crate) async fn list(
    conn: &mut AsyncPgConnection,
    which: Which,
    after: Option<RegistrationId>,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut rows = registrations::table
        .order(registrations::id)
        .limit(limit + 1)
        .select(Row::as_select())
        .into_boxed();
    if let Some(status) = which.status {
        rows = rows.filter(registrations::status.eq(status));
    }
    if let Some(resident) = which.resident {
        rows = rows.filter(registrations::resident_id.eq(resident));
    }
    if which.gone {
        let gone = addressees::table.filter(addressees::gone_at.is_not_null());
        let gone = gone.select(addressees::id.nullable());
        rows = rows.filter(registrations::addressee_id.eq_any(gone));
    }
    if let Some(after) = after {
        rows = rows.filter(registrations::id.gt(after));
    }
    Ok(rows.load(conn).await?)
}

/// The living links of several people of the register.
pub(in crate::registration) async fn links_to(
    conn: &mut AsyncPgConnection,
    addressees: &[AddresseeId],
) -> Result<HashMap<AddresseeId, RegistrationId>> {
    let rows: Vec<(Option<AddresseeId>, RegistrationId)> = registrations::table
        .filter(registrations::addressee_id.eq_any(addressees))
        .filter(registrations::status.eq(RegistrationStatus::Linked))
        .select((registrations::addressee_id, registrations::id))
        .load(conn)
        .await?;
    let linked = rows.into_iter().filter_map(|(id, link)| Some((id?, link)));
    Ok(linked.collect())
}

/// Those whom a registration, be it over, names as somebody protected.
pub(in crate::registration) async fn protected_among(
    conn: &mut AsyncPgConnection,
    residents: &[ResidentId],
) -> Result<HashSet<ResidentId>> {
    let named = registrations::addressee_id.eq(addressees::id.nullable());
    let protected: Vec<ResidentId> = registrations::table
        .inner_join(addressees::table.on(named))
        .filter(registrations::resident_id.eq_any(residents))
        .filter(addressees::protected)
        .select(registrations::resident_id)
        .load(conn)
        .await?;
    Ok(protected.into_iter().collect())
}
