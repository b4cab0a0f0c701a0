//! The staff file: who works for the city, in which roles, and who is shut out.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Error, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Posting, StaffMember, entry};
use crate::departments;
use crate::person::{DepartmentId, Role, StaffId};
use crate::schema::{postings, staff_members};
use crate::session;
use crate::token::Audience;

/// A posting as it is kept.
#[derive(Queryable, Selectable)]
#[diesel(table_name = postings)]
struct Held {
    id: Uuid,
    department_id: Option<DepartmentId>,
    role: Role,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
}

impl Held {
    fn is(&self, wanted: &(Option<DepartmentId>, &Posting)) -> bool {
        let (department, posting) = wanted;
        (self.department_id, self.role, self.valid_from)
            == (*department, posting.role, posting.valid_from)
    }

    /// The day it ends when it is taken away today; `None` when it is over anyway.
    ///
    /// One that has not begun ends on its first day, so that it never holds.
    fn end(&self, today: NaiveDate) -> Option<NaiveDate> {
        let end = self.valid_from.max(today);
        self.valid_until
            .is_none_or(|until| until > end)
            .then_some(end)
    }
}

/// Makes the members of the file what it says they are: name, disabled or not, postings. A posting of
/// theirs that is not in the file ends today. Staff who are not in the file stay as they are. Each
/// change is recorded.
///
/// # Errors
/// When the file names somebody twice or a posting an unknown department, or the database refuses.
pub async fn import_staff(
    conn: &mut AsyncPgConnection,
    staff: &[StaffMember],
    now: DateTime<Utc>,
) -> Result<()> {
    refuse_twice(staff)?;
    for member in staff {
        let id = import_member(conn, member, now).await?;
        set_disabled(conn, id, member.disabled, now).await?;
        let mut wanted = Vec::with_capacity(member.postings.len());
        for posting in &member.postings {
            let department = department(conn, posting).await?;
            import_posting(conn, id, department, posting, now).await?;
            wanted.push((department, posting));
        }
        end_missing(conn, id, &wanted, now).await?;
    }
    Ok(())
}

/// The second entry would take away what the first one gave.
fn refuse_twice(staff: &[StaffMember]) -> Result<()> {
    let mut seen = HashSet::new();
    let twice = staff
        .iter()
        .find(|member| !seen.insert((&member.issuer, &member.subject)));
    match twice {
        None => Ok(()),
        Some(StaffMember {
            issuer, subject, ..
        }) => Err(Error::internal(format!(
            "the staff file names {subject} of {issuer} twice"
        ))),
    }
}

async fn import_member(
    conn: &mut AsyncPgConnection,
    member: &StaffMember,
    now: DateTime<Utc>,
) -> Result<StaffId> {
    let new = StaffId::new(now);
    let Some(id) = upsert_member(conn, new, member).await? else {
        return id_of(conn, member).await;
    };
    let change = if id == new { "added" } else { "renamed" };
    record(conn, "staff.import", id, json!({"change": change}), now).await?;
    Ok(id)
}

/// `None` when nothing changes.
async fn upsert_member(
    conn: &mut AsyncPgConnection,
    new: StaffId,
    member: &StaffMember,
) -> Result<Option<StaffId>> {
    use diesel::query_dsl::methods::FilterDsl as _;
    Ok(diesel::insert_into(staff_members::table)
        .values((
            staff_members::id.eq(new),
            staff_members::issuer.eq(&member.issuer),
            staff_members::subject.eq(&member.subject),
            staff_members::display_name.eq(&member.display_name),
        ))
        .on_conflict((staff_members::issuer, staff_members::subject))
        .do_update()
        .set(staff_members::display_name.eq(excluded(staff_members::display_name)))
        .filter(staff_members::display_name.ne(excluded(staff_members::display_name)))
        .returning(staff_members::id)
        .get_result(conn)
        .await
        .optional()?)
}

async fn id_of(conn: &mut AsyncPgConnection, member: &StaffMember) -> Result<StaffId> {
    Ok(staff_members::table
        .filter(staff_members::issuer.eq(&member.issuer))
        .filter(staff_members::subject.eq(&member.subject))
        .select(staff_members::id)
        .first(conn)
        .await?)
}

/// Shuts a member of staff out, or lets them in again; tokens and logins from before stay void.
async fn set_disabled(
    conn: &mut AsyncPgConnection,
    id: StaffId,
    disabled: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    let since: Option<DateTime<Utc>> = staff_members::table
        .find(id)
        .select(staff_members::disabled_at)
        .for_update()
        .first(conn)
        .await?;
    if since.is_some() == disabled {
        return Ok(());
    }
    diesel::update(staff_members::table.find(id))
        .set((
            staff_members::disabled_at.eq(disabled.then_some(now)),
            staff_members::auth_epoch.eq(staff_members::auth_epoch + 1),
        ))
        .execute(conn)
        .await?;
    session::end_all(conn, Audience::Staff, id.as_uuid(), now).await?;
    let change = if disabled { "disabled" } else { "enabled" };
    record(conn, "staff.import", id, json!({"change": change}), now).await
}

async fn department(
    conn: &mut AsyncPgConnection,
    posting: &Posting,
) -> Result<Option<DepartmentId>> {
    let Some(code) = &posting.department else {
        return Ok(None);
    };
    let known = departments::by_code(conn, code).await?;
    let known = known
        .ok_or_else(|| Error::internal(format!("a posting names the unknown department {code}")))?;
    Ok(Some(known))
}

async fn import_posting(
    conn: &mut AsyncPgConnection,
    staff: StaffId,
    department: Option<DepartmentId>,
    posting: &Posting,
    now: DateTime<Utc>,
) -> Result<()> {
    use diesel::query_dsl::methods::FilterDsl as _;
    let changed = diesel::insert_into(postings::table)
        .values((
            postings::id.eq(platform::id::new_v7(now)),
            postings::staff_id.eq(staff),
            postings::department_id.eq(department),
            postings::role.eq(posting.role),
            postings::valid_from.eq(posting.valid_from),
            postings::valid_until.eq(posting.valid_until),
        ))
        .on_conflict(diesel::upsert::on_constraint("postings_once"))
        .do_update()
        .set(postings::valid_until.eq(excluded(postings::valid_until)))
        .filter(postings::valid_until.is_distinct_from(excluded(postings::valid_until)))
        .execute(conn)
        .await?;
    if changed == 0 {
        return Ok(());
    }
    let (first, end) = (posting.valid_from, posting.valid_until);
    let detail = posting_detail(department, posting.role, first, end);
    record(conn, "posting.import", staff, detail, now).await
}

/// Ends the postings of a member that the file does not name.
async fn end_missing(
    conn: &mut AsyncPgConnection,
    staff: StaffId,
    wanted: &[(Option<DepartmentId>, &Posting)],
    now: DateTime<Utc>,
) -> Result<()> {
    let held: Vec<Held> = postings::table
        .filter(postings::staff_id.eq(staff))
        .select(Held::as_select())
        .load(conn)
        .await?;
    let today = calendar::jst_date(now);
    let missing = |held: &&Held| !wanted.iter().any(|wanted| held.is(wanted));
    for held in held.iter().filter(missing) {
        let Some(end) = held.end(today) else { continue };
        diesel::update(postings::table.find(held.id))
            .set(postings::valid_until.eq(end))
            .execute(conn)
            .await?;
        let detail = posting_detail(held.department_id, held.role, held.valid_from, Some(end));
        record(conn, "posting.end", staff, detail, now).await?;
    }
    Ok(())
}

fn posting_detail(
    department: Option<DepartmentId>,
    role: Role,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
) -> Value {
    json!({
        "department": department,
        "role": role,
        "valid_from": valid_from,
        "valid_until": valid_until,
    })
}

async fn record(
    conn: &mut AsyncPgConnection,
    action: &'static str,
    staff: StaffId,
    detail: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = entry(action, ("staff", staff.as_uuid()), detail, now);
    audit::record(conn, entry).await
}

#[cfg(test)]
mod tests;
