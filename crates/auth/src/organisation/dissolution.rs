//! 廃止: a department that is no more.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde_json::json;

use super::entry;
use super::posting::{Held, Roster, Source, is_not_over};
use crate::person::{DepartmentId, StaffId};
use crate::schema::{departments, postings};

/// Dissolves a department on a day, with the one that takes its place: postings there end, whoever gave them, and none
/// begins any more. Answers how many postings ended. It keeps its name, for whatever it has sent and counted.
///
/// # Errors
/// When the database refuses.
pub async fn dissolve(
    conn: &mut AsyncPgConnection,
    department: DepartmentId,
    successor: DepartmentId,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<usize> {
    diesel::update(departments::table.find(department))
        .set((
            departments::dissolved_on.eq(day),
            departments::successor_id.eq(successor),
        ))
        .execute(conn)
        .await?;
    let object = ("department", department.as_uuid());
    let detail = json!({"change": "dissolved", "on": day});
    audit::record(conn, entry("department.dissolve", object, detail, now)).await?;
    let held: Vec<(StaffId, Source, Held)> = postings_there(department, day)
        .select((postings::staff_id, postings::source, Held::as_select()))
        .load(conn)
        .await?;
    for (staff, source, posting) in &held {
        let roster = Roster {
            staff: *staff,
            source: *source,
            actor: audit::Actor::System,
            request: None,
            now,
        };
        roster.end_on(conn, posting, day).await?;
    }
    Ok(held.len())
}

/// How many postings would end.
///
/// # Errors
/// When the database cannot be asked.
pub async fn count_postings(
    conn: &mut AsyncPgConnection,
    department: DepartmentId,
    day: NaiveDate,
) -> Result<i64> {
    Ok(postings_there(department, day)
        .count()
        .get_result(conn)
        .await?)
}

#[diesel::dsl::auto_type]
fn postings_there(department: DepartmentId, day: NaiveDate) -> _ {
    let not_over: is_not_over = is_not_over(day);
    postings::table
        .filter(postings::department_id.eq(department))
        .filter(not_over)
}
