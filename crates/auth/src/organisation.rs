//! The city's departments and staff, brought in from files.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Error, Result};
use serde::Deserialize;
use serde_json::json;

use crate::departments;
use crate::person::{DepartmentId, Role, StaffId};
use crate::schema::{departments as departments_table, postings, staff_members};

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
    /// What they do where.
    pub postings: Vec<Posting>,
}

/// A role in a department for a time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// Department code; absent: the whole city.
    #[serde(default)]
    pub department: Option<String>,
    /// What they may do there.
    pub role: Role,
    /// First day.
    pub valid_from: NaiveDate,
    /// First day on which it no longer holds.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// Adds departments and updates the names of known ones.
///
/// # Errors
/// When the database refuses.
pub async fn import_departments(
    conn: &mut AsyncPgConnection,
    departments: &[Department],
    now: DateTime<Utc>,
) -> Result<()> {
    for department in departments {
        diesel::insert_into(departments_table::table)
            .values((
                departments_table::id.eq(DepartmentId::new(now)),
                departments_table::code.eq(&department.code),
                departments_table::name.eq(json!(department.name)),
            ))
            .on_conflict(departments_table::code)
            .do_update()
            .set(departments_table::name.eq(excluded(departments_table::name)))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Adds staff and their postings; known ones get their new name and end dates.
///
/// # Errors
/// When a posting names an unknown department, or the database refuses.
pub async fn import_staff(
    conn: &mut AsyncPgConnection,
    staff: &[StaffMember],
    now: DateTime<Utc>,
) -> Result<()> {
    for member in staff {
        let id: StaffId = diesel::insert_into(staff_members::table)
            .values((
                staff_members::id.eq(StaffId::new(now)),
                staff_members::issuer.eq(&member.issuer),
                staff_members::subject.eq(&member.subject),
                staff_members::display_name.eq(&member.display_name),
            ))
            .on_conflict((staff_members::issuer, staff_members::subject))
            .do_update()
            .set(staff_members::display_name.eq(excluded(staff_members::display_name)))
            .returning(staff_members::id)
            .get_result(conn)
            .await?;
        for posting in &member.postings {
            import_posting(conn, id, posting, now).await?;
        }
    }
    Ok(())
}

async fn import_posting(
    conn: &mut AsyncPgConnection,
    staff: StaffId,
    posting: &Posting,
    now: DateTime<Utc>,
) -> Result<()> {
    let department = match &posting.department {
        None => None,
        Some(code) => Some(departments::by_code(conn, code).await?.ok_or_else(|| {
            Error::internal(format!("a posting names the unknown department {code}"))
        })?),
    };
    diesel::insert_into(postings::table)
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
        .execute(conn)
        .await?;
    Ok(())
}
