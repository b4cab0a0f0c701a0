//! Mandates in the database.

use calendar::jst_date;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Code, Result, hex};

use super::kind::MandateKind;
use super::model::{Mandate, MandateId, MandateStatus};
use crate::person::{ResidentId, StaffId};
use crate::residents;
use crate::schema::{self, mandates};
use crate::store::take_turn;

/// A mandate as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = mandates, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Row {
    pub(crate) id: MandateId,
    pub(crate) kind: MandateKind,
    pub(crate) status: MandateStatus,
    pub(crate) version: i32,
    pub(crate) representative_id: Option<ResidentId>,
    pub(crate) principal_id: Option<ResidentId>,
    pub(crate) sealed_description: Option<Vec<u8>>,
    pub(crate) description_hash: Option<Vec<u8>>,
    pub(crate) procedures: Option<Vec<String>>,
    pub(crate) may_submit: bool,
    pub(crate) may_receive_post: bool,
    pub(crate) counts_as_reading: bool,
    pub(crate) valid_from: NaiveDate,
    pub(crate) valid_until: Option<NaiveDate>,
    pub(crate) offer_sha256: Option<Vec<u8>>,
    pub(crate) offered_until: Option<DateTime<Utc>>,
    pub(crate) sealed_note: Option<Vec<u8>>,
    pub(crate) decided_by: Option<StaffId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// The issuer that vouches for it at each login; none: it was given or claimed here.
    pub(crate) vouched_by: Option<String>,
}

pub(crate) async fn insert(conn: &mut AsyncPgConnection, row: &Row) -> Result<()> {
    diesel::insert_into(mandates::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn save(conn: &mut AsyncPgConnection, row: &Row) -> Result<()> {
    diesel::update(mandates::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn load(conn: &mut AsyncPgConnection, id: MandateId) -> Result<Row> {
    Ok(mandates::table
        .find(id)
        .select(Row::as_select())
        .first(conn)
        .await?)
}

/// As [`load`], and nobody else changes it until the transaction ends.
pub(crate) async fn lock(conn: &mut AsyncPgConnection, id: MandateId) -> Result<Row> {
    Ok(mandates::table
        .find(id)
        .for_update()
        .select(Row::as_select())
        .first(conn)
        .await?)
}

/// The offer with the code, locked.
pub(crate) async fn lock_offer(
    conn: &mut AsyncPgConnection,
    code_sha256: &[u8],
) -> Result<Option<Row>> {
    Ok(mandates::table
        .filter(mandates::offer_sha256.eq(code_sha256))
        .filter(mandates::status.eq(MandateStatus::Offered))
        .for_update()
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The resident's own, on either side; anybody else's is unknown.
pub(crate) async fn load_own(
    conn: &mut AsyncPgConnection,
    id: MandateId,
    resident: ResidentId,
) -> Result<Row> {
    let row = load(conn, id).await?;
    if row.concerns(resident) {
        Ok(row)
    } else {
        Err(Code::NotFound.into())
    }
}

/// All that concern the resident, the newest first.
pub(crate) async fn list_own(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
) -> Result<Vec<Row>> {
    Ok(mandates::table
        .filter(concerns(resident))
        .order(mandates::id.desc())
        .limit(MOST_SHOWN)
        .select(Row::as_select())
        .load(conn)
        .await?)
}

/// How many of their own residents are shown, the newest.
const MOST_SHOWN: i64 = 1_000;

/// How many the resident has claimed or offered that still wait for somebody.
pub(crate) async fn count_waiting(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
    now: DateTime<Utc>,
) -> Result<i64> {
    let can_be_accepted = mandates::offered_until.assume_not_null().gt(now);
    let is_offered = mandates::status
        .eq(MandateStatus::Offered)
        .and(can_be_accepted);
    let is_claimed = mandates::status.eq(MandateStatus::Proposed);
    Ok(mandates::table
        .filter(concerns(resident))
        .filter(is_claimed.or(is_offered))
        .filter(is_not_over(jst_date(now)))
        .count()
        .get_result(conn)
        .await?)
}

/// Those that wait for a clerk on the day, the oldest first.
pub(crate) async fn list_proposed(
    conn: &mut AsyncPgConnection,
    day: NaiveDate,
    after: Option<MandateId>,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut rows = mandates::table
        .filter(mandates::status.eq(MandateStatus::Proposed))
        .filter(is_not_over(day))
        .order(mandates::id)
        .limit(limit + 1)
        .select(Row::as_select())
        .into_boxed();
    if let Some(after) = after {
        rows = rows.filter(mandates::id.gt(after));
    }
    Ok(rows.load(conn).await?)
}

/// All that the issuer has ever vouched for at a login of the representative's.
pub(crate) async fn vouched(
    conn: &mut AsyncPgConnection,
    representative: ResidentId,
    issuer: &str,
) -> Result<Vec<Row>> {
    Ok(mandates::table
        .filter(mandates::representative_id.eq(representative))
        .filter(mandates::vouched_by.eq(issuer))
        .for_update()
        .select(Row::as_select())
        .load(conn)
        .await?)
}

/// The person whom a description tells, by its hash: known from an earlier mandate, or new to the portal, without a login.
pub(crate) async fn person_described(
    conn: &mut AsyncPgConnection,
    description_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<ResidentId> {
    // Two mandates for one person, verified at once, would make two.
    take_turn(conn, hex(description_hash)).await?;
    match described_before(conn, description_hash).await? {
        Some(known) => Ok(known),
        None => residents::insert_without_login(conn, now).await,
    }
}

/// The person that an earlier mandate with the same description was verified for.
async fn described_before(
    conn: &mut AsyncPgConnection,
    description_hash: &[u8],
) -> Result<Option<ResidentId>> {
    let known: Option<Option<ResidentId>> = mandates::table
        .filter(mandates::description_hash.eq(description_hash))
        .filter(mandates::principal_id.is_not_null())
        .select(mandates::principal_id)
        .first(conn)
        .await
        .optional()?;
    Ok(known.flatten())
}

/// Whether a mandate holds on a day.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn holds_on(day: NaiveDate) -> _ {
    let active: MandateStatus = MandateStatus::Active;
    let not_over: is_not_over = is_not_over(day);
    mandates::status
        .eq(active)
        .and(mandates::valid_from.le(day))
        .and(not_over)
}

#[diesel::dsl::auto_type]
fn is_not_over(day: NaiveDate) -> _ {
    let until_then = mandates::valid_until.assume_not_null().gt(day);
    mandates::valid_until.is_null().or(until_then)
}

/// Whether it concerns the resident, on either side.
#[diesel::dsl::auto_type(no_type_alias)]
fn concerns(resident: ResidentId) -> _ {
    mandates::representative_id
        .eq(resident)
        .or(mandates::principal_id.eq(resident))
}

/// What one resident holds and gives is another's from now on; a mandate between the two ends. Answers who is on the other side.
pub(crate) async fn move_to(
    conn: &mut AsyncPgConnection,
    (from, to): (ResidentId, ResidentId),
    now: DateTime<Utc>,
) -> Result<Vec<ResidentId>> {
    let rows: Vec<Row> = mandates::table
        .filter(concerns(from))
        .for_update()
        .select(Row::as_select())
        .load(conn)
        .await?;
    let mut beside = Vec::new();
    for mut row in rows {
        match row.counterpart(from) {
            Some(other) if other == to => {
                row.status = MandateStatus::Ended;
                row.ended_at = row.ended_at.or(Some(now));
            }
            counterpart => {
                beside.extend(counterpart);
                for side in [&mut row.representative_id, &mut row.principal_id] {
                    *side = side.map(|id| if id == from { to } else { id });
                }
            }
        }
        row.version += 1;
        save(conn, &row).await?;
    }
    Ok(beside)
}

/// The mandate, if the representative holds it on the day and the principal is not shut out.
pub(crate) async fn held(
    conn: &mut AsyncPgConnection,
    representative: ResidentId,
    id: MandateId,
    day: NaiveDate,
) -> Result<Option<Mandate>> {
    let row: Option<Row> = mandates::table
        .find(id)
        .inner_join(
            schema::residents::table
                .on(mandates::principal_id.eq(schema::residents::id.nullable())),
        )
        .filter(schema::residents::disabled_at.is_null())
        .filter(mandates::representative_id.eq(representative))
        .filter(holds_on(day))
        .select(Row::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.and_then(Mandate::of))
}
