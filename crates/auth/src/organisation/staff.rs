//! The staff file: who works for the city, in which roles, and who is shut out.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Error, Result};
use serde_json::json;

use super::places::{Places, Written};
use super::posting::{Roster, Source, Wanted};
use super::{Posting, StaffMember, shut_out};
use crate::local;
use crate::person::StaffId;
use crate::schema::staff_members;

/// Makes the members of the file what it says they are: name, postings, disabled or not where it says so. A posting that
/// an earlier file gave them and that is not in this one ends today. Staff who are not in the file stay as they are. Each
/// change is recorded.
///
/// # Errors
/// When the file names somebody twice or a posting an unknown department or procedure, or the database refuses.
pub async fn import_staff(
    conn: &mut AsyncPgConnection,
    staff: &[StaffMember],
    now: DateTime<Utc>,
) -> Result<()> {
    refuse_twice(staff)?;
    refuse_login_names(staff)?;
    let postings = staff.iter().flat_map(|member| &member.postings);
    let postings: Vec<_> = postings.map(written).collect();
    let places = Places::load(conn, &postings).await?;
    for member in staff {
        let roster = import_member(conn, member, now).await?;
        if let Some(disabled) = member.disabled {
            set_disabled(conn, &roster, disabled).await?;
        }
        let wanted = member
            .postings
            .iter()
            .map(|posting| wanted(posting, &places));
        let wanted: Vec<Wanted> = wanted.collect::<Result<_>>()?;
        for posting in &wanted {
            roster.give(conn, posting).await?;
        }
        end_missing(conn, &roster, &wanted).await?;
    }
    Ok(())
}

async fn set_disabled(conn: &mut AsyncPgConnection, roster: &Roster, disabled: bool) -> Result<()> {
    if !shut_out::set(conn, roster.staff, disabled, roster.now).await? {
        return Ok(());
    }
    let change = if disabled { "disabled" } else { "enabled" };
    let detail = json!({"change": change});
    roster.record(conn, "staff.import", detail).await
}

/// Nobody could sign in with a login name that sign-in does not take.
fn refuse_login_names(staff: &[StaffMember]) -> Result<()> {
    let locals = staff.iter().filter(|member| member.issuer == local::ISSUER);
    match locals
        .map(|member| &member.subject)
        .find(|name| !local::is_login_name(name))
    {
        None => Ok(()),
        Some(name) => Err(Error::internal(format!(
            "{name} cannot be a login name: small letters, digits, '.', '_' and '-', at most 60"
        ))),
    }
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

fn written(posting: &Posting) -> Written<'_> {
    Written {
        department: posting.department.as_deref(),
        procedures: posting.procedures.as_deref(),
        role: posting.role,
        valid_until: posting.valid_until,
    }
}

fn wanted(posting: &Posting, places: &Places) -> Result<Wanted> {
    let reach = places.reach(written(posting)).map_err(|faults| {
        let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
        Error::internal(told.join("; "))
    })?;
    Ok(Wanted {
        reach,
        role: posting.role,
        valid_from: posting.valid_from,
        valid_until: posting.valid_until,
    })
}

/// Ends the postings that the file gave a member and does not name any more.
async fn end_missing(
    conn: &mut AsyncPgConnection,
    roster: &Roster,
    wanted: &[Wanted],
) -> Result<()> {
    for held in roster.held(conn).await? {
        if !wanted.iter().any(|wanted| held.is(wanted)) {
            roster.end(conn, &held).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
