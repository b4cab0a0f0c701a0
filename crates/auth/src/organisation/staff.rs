//! The staff file: who works for the city, in which roles, and who is shut out.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Error, Result};
use serde_json::json;

use super::posting::{Held, Roster, Source, Wanted};
use super::{Posting, StaffMember, shut_out};
use crate::departments;
use crate::person::{DepartmentId, StaffId};
use crate::schema::staff_members;

/// Whether a posting that is kept is one of the file's.
fn is(held: &Held, wanted: &Wanted) -> bool {
    (held.department_id, held.role, held.valid_from)
        == (wanted.department, wanted.role, wanted.valid_from)
}

/// Makes the members of the file what it says they are: name, disabled or not, postings. A posting that
/// an earlier file gave them and that is not in this one ends today. Staff who are not in the file stay as they are. Each
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
        let roster = import_member(conn, member, now).await?;
        if shut_out::set(conn, roster.staff, member.disabled, now).await? {
            let change = if member.disabled {
                "disabled"
            } else {
                "enabled"
            };
            let detail = json!({"change": change});
            roster.record(conn, "staff.import", detail).await?;
        }
        let mut wanted = Vec::with_capacity(member.postings.len());
        for posting in &member.postings {
            let posting = Wanted {
                department: department(conn, posting).await?,
                role: posting.role,
                valid_from: posting.valid_from,
                valid_until: posting.valid_until,
            };
            roster.give(conn, posting).await?;
            wanted.push(posting);
        }
        end_missing(conn, &roster, &wanted).await?;
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
) -> Result<Roster> {
    let new = StaffId::new(now);
    let changed = upsert_member(conn, new, member).await?;
    let id = match changed {
        Some(id) => id,
        None => id_of(conn, member).await?,
    };
    let roster = Roster {
        staff: id,
        source: Source::File,
        actor: audit::Actor::System,
        request: None,
        now,
    };
    if changed.is_some() {
        let change = if id == new { "added" } else { "renamed" };
        let detail = json!({"change": change});
        roster.record(conn, "staff.import", detail).await?;
    }
    Ok(roster)
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

/// Ends the postings that the file gave a member and does not name any more.
async fn end_missing(
    conn: &mut AsyncPgConnection,
    roster: &Roster,
    wanted: &[Wanted],
) -> Result<()> {
    for held in roster.held(conn).await? {
        if !wanted.iter().any(|wanted| is(&held, wanted)) {
            roster.end(conn, &held).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
