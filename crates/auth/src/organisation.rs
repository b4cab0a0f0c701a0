//! The city's departments and staff, brought in from files.

mod dissolution;
mod from_provider;
mod places;
mod posting;
pub(crate) mod shut_out;
mod staff;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::person::{DepartmentId, Role};
use crate::schema::departments;

pub use dissolution::{count_postings, dissolve};
pub(crate) use from_provider::Arrival;
pub(crate) use places::{Fault, Places, Written};
pub use posting::holders_of;
pub(crate) use posting::{Held, Roster, Source, Wanted, holds_on, is_not_over};
pub use staff::import_staff;

/// A department as in `departments.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Stable code, such as `child-support`.
    pub code: String,
    /// Name by language.
    pub name: std::collections::BTreeMap<String, String>,
}

/// A member of staff as in `staff.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffMember {
    /// Issuer of the identity provider they log in at.
    pub issuer: String,
    /// Their subject there.
    pub subject: String,
    /// The name colleagues see.
    pub display_name: String,
    /// Whether they are shut out; absent: that stays as it is, so that the file lets nobody in whom an administrator
    /// has shut out.
    #[serde(default)]
    pub disabled: Option<bool>,
    /// All they do, now and later, and where.
    pub postings: Vec<Posting>,
}

/// A role in a department, or for some of its procedures, for a time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// Department code; absent: the whole city.
    #[serde(default)]
    pub department: Option<String>,
    /// Codes of the procedures it is limited to, 1 to 100; absent: all of them, and what belongs to none.
    #[serde(default)]
    pub procedures: Option<Vec<String>>,
    /// What they may do there.
    pub role: Role,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day on which it no longer holds.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// Adds departments and updates the names of known ones; each change is recorded with who made it. One that was dissolved
/// stays so.
///
/// # Errors
/// When the database refuses.
pub async fn import_departments(
    conn: &mut AsyncPgConnection,
    departments: &[Department],
    (actor, request): (audit::Actor, Option<RequestId>),
    now: DateTime<Utc>,
) -> Result<()> {
    for department in departments {
        let new = DepartmentId::new(now);
        if let Some(id) = upsert_department(conn, new, department).await? {
            let change = if id == new { "added" } else { "renamed" };
            let detail = json!({"code": department.code, "change": change});
            let object = ("department", id.as_uuid());
            let entry = audit::Entry {
                actor,
                request_id: request,
                ..entry("department.import", object, detail, now)
            };
            audit::record(conn, entry).await?;
        }
    }
    Ok(())
}

/// `None` when nothing changes.
async fn upsert_department(
    conn: &mut AsyncPgConnection,
    new: DepartmentId,
    department: &Department,
) -> Result<Option<DepartmentId>> {
    use diesel::query_dsl::methods::FilterDsl as _;
    Ok(diesel::insert_into(departments::table)
        .values((
            departments::id.eq(new),
            departments::code.eq(&department.code),
            departments::name.eq(json!(department.name)),
        ))
        .on_conflict(departments::code)
        .do_update()
        .set(departments::name.eq(excluded(departments::name)))
        .filter(departments::name.ne(excluded(departments::name)))
        .returning(departments::id)
        .get_result(conn)
        .await
        .optional()?)
}

/// What an operator's command did to a thing, by its kind and id.
pub(crate) fn entry(
    action: &'static str,
    (object_kind, object_id): (&'static str, Uuid),
    detail: Value,
    now: DateTime<Utc>,
) -> audit::Entry<'static> {
    audit::Entry {
        occurred_at: now,
        actor: audit::Actor::System,
        action,
        object_kind,
        object_id: Some(object_id),
        request_id: None,
        detail,
    }
}
