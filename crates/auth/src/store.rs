//! People in the database.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::array;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use uuid::Uuid;

use crate::model::HeldPosting;
use crate::organisation::holds_on;
use crate::person::{DepartmentId, ResidentId, Role, StaffId};
use crate::schema::{
    departments, hashtextextended, pg_advisory_xact_lock, postings, procedure_codes,
    refresh_families, resident_identities, residents, staff_members,
};
use crate::scope::Reach;
use crate::token::Audience;

/// The epoch that a person's tokens must be of; `None` for an unknown or disabled one.
pub(crate) async fn epoch(
    conn: &mut AsyncPgConnection,
    audience: Audience,
    person: Uuid,
) -> Result<Option<i32>> {
    match audience {
        Audience::Resident => resident_epoch(conn, person.into()).await,
        Audience::Staff => staff_epoch(conn, person.into()).await,
    }
}

/// The epoch that a resident's tokens must be of; `None` also when the login was ended.
pub(crate) async fn resident_login(
    conn: &mut AsyncPgConnection,
    id: ResidentId,
    login: Uuid,
) -> Result<Option<i32>> {
    Ok(residents::table
        .inner_join(refresh_families::table.on(refresh_families::id.eq(login)))
        .filter(residents::id.eq(id))
        .filter(residents::disabled_at.is_null())
        .filter(refresh_families::person_id.eq(id.as_uuid()))
        .filter(refresh_families::revoked_at.is_null())
        .select(residents::auth_epoch)
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn resident_epoch(
    conn: &mut AsyncPgConnection,
    id: ResidentId,
) -> Result<Option<i32>> {
    Ok(residents::table
        .find(id)
        .filter(residents::disabled_at.is_null())
        .select(residents::auth_epoch)
        .first(conn)
        .await
        .optional()?)
}

async fn staff_epoch(conn: &mut AsyncPgConnection, id: StaffId) -> Result<Option<i32>> {
    Ok(staff_members::table
        .find(id)
        .filter(staff_members::disabled_at.is_null())
        .select(staff_members::auth_epoch)
        .first(conn)
        .await
        .optional()?)
}

/// The postings of a member of staff on a day, in one statement; `None` when they are unknown,
/// disabled, or of another epoch than the token, or their login was ended.
pub(crate) async fn staff_postings(
    conn: &mut AsyncPgConnection,
    (id, login): (StaffId, Uuid),
    epoch: i32,
    today: NaiveDate,
) -> Result<Option<Vec<(Role, Reach)>>> {
    let rows: Vec<HeldRow> = staff_members::table
        .inner_join(refresh_families::table.on(refresh_families::id.eq(login)))
        .left_join(postings::table.on(posting_holds_on(today)))
        .filter(staff_members::id.eq(id))
        .filter(refresh_families::person_id.eq(id.as_uuid()))
        .filter(refresh_families::revoked_at.is_null())
        .filter(staff_members::disabled_at.is_null())
        .filter(staff_members::auth_epoch.eq(epoch))
        .select((
            postings::role.nullable(),
            postings::department_id.nullable(),
            postings::procedures.nullable(),
        ))
        .load(conn)
        .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(rows.into_iter().filter_map(held).collect()))
}

/// Role, department and procedures of a posting; no role where there is none.
pub(crate) type HeldRow = (Option<Role>, Option<DepartmentId>, Option<Vec<Uuid>>);

/// The posting of a row, if there is one.
pub(crate) fn held((role, department, procedures): HeldRow) -> Option<(Role, Reach)> {
    let reach = Reach {
        department,
        procedures,
    };
    Some((role?, reach))
}

/// Whether a posting is the member of staff's and holds on a day.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn posting_holds_on(day: NaiveDate) -> _ {
    let holds: holds_on = holds_on(day);
    postings::staff_id.eq(staff_members::id).and(holds)
}

/// The member of staff behind an identity, unless disabled.
pub(crate) async fn staff_by_identity(
    conn: &mut AsyncPgConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<StaffId>> {
    Ok(staff_members::table
        .filter(staff_members::issuer.eq(issuer))
        .filter(staff_members::subject.eq(subject))
        .filter(staff_members::disabled_at.is_null())
        .select(staff_members::id)
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn staff_name(conn: &mut AsyncPgConnection, id: StaffId) -> Result<String> {
    Ok(staff_members::table
        .find(id)
        .select(staff_members::display_name)
        .first(conn)
        .await?)
}

/// What a member of staff holds on a day, by codes.
pub(crate) async fn list_postings(
    conn: &mut AsyncPgConnection,
    id: StaffId,
    today: NaiveDate,
) -> Result<Vec<HeldPosting>> {
    type Row = (Uuid, Role, Option<String>, Option<String>);
    let is_named = postings::procedures
        .assume_not_null()
        .contains(array((procedure_codes::procedure_id,)));
    let rows: Vec<Row> = postings::table
        .left_join(departments::table.on(departments::id.nullable().eq(postings::department_id)))
        .left_join(procedure_codes::table.on(is_named))
        .filter(postings::staff_id.eq(id))
        .filter(holds_on(today))
        .order((
            postings::role,
            departments::code,
            postings::id,
            procedure_codes::code,
        ))
        .select((
            postings::id,
            postings::role,
            departments::code.nullable(),
            procedure_codes::code.nullable(),
        ))
        .load(conn)
        .await?;
    let of_one = rows.chunk_by(|(one, ..), (other, ..)| one == other);
    let posting = |rows: &[Row]| {
        let (_, role, department, _) = rows.first()?.clone();
        let procedures = rows.iter().map(|(.., procedure)| procedure.clone());
        Some(HeldPosting {
            role,
            department,
            procedures: procedures.collect(),
        })
    };
    Ok(of_one.filter_map(posting).collect())
}

/// The resident behind an identity; a new one at the first login. `None` when disabled.
///
/// Two first logins at once would make two residents, so they take turns.
pub(crate) async fn resident_by_identity(
    conn: &mut AsyncPgConnection,
    issuer: &str,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<Option<ResidentId>> {
    take_turn(conn, format!("{issuer} {subject}")).await?;
    if let Some(id) = known_resident(conn, issuer, subject).await? {
        let enabled = resident_epoch(conn, id).await?.is_some();
        return Ok(enabled.then_some(id));
    }
    let id = ResidentId::new(now);
    diesel::insert_into(residents::table)
        .values((residents::id.eq(id), residents::created_at.eq(now)))
        .execute(conn)
        .await?;
    diesel::insert_into(resident_identities::table)
        .values((
            resident_identities::issuer.eq(issuer),
            resident_identities::subject.eq(subject),
            resident_identities::resident_id.eq(id),
            resident_identities::linked_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(Some(id))
}

/// Whoever else wants the same turn waits until the transaction ends.
pub(crate) async fn take_turn(conn: &mut AsyncPgConnection, at: String) -> Result<()> {
    diesel::select(pg_advisory_xact_lock(hashtextextended(at, 0)))
        .execute(conn)
        .await?;
    Ok(())
}

async fn known_resident(
    conn: &mut AsyncPgConnection,
    issuer: &str,
    subject: &str,
) -> Result<Option<ResidentId>> {
    Ok(resident_identities::table
        .find((issuer, subject))
        .select(resident_identities::resident_id)
        .first(conn)
        .await
        .optional()?)
}
