//! Departments (課), by code and by id.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde_json::Value;

use crate::person::DepartmentId;
use crate::schema::departments;

/// The id behind a code, if there is such a department.
///
/// # Errors
/// When the database cannot be asked.
pub async fn by_code(conn: &mut AsyncPgConnection, code: &str) -> Result<Option<DepartmentId>> {
    Ok(departments::table
        .filter(departments::code.eq(code))
        .select(departments::id)
        .first(conn)
        .await
        .optional()?)
}

/// The code of a department.
///
/// # Errors
/// `not_found` when there is no such department.
pub async fn code_of(conn: &mut AsyncPgConnection, id: DepartmentId) -> Result<String> {
    Ok(departments::table
        .find(id)
        .select(departments::code)
        .first(conn)
        .await?)
}

/// All departments: id, code and name in all languages.
///
/// # Errors
/// When the database cannot be asked.
pub async fn all(conn: &mut AsyncPgConnection) -> Result<Vec<(DepartmentId, String, Value)>> {
    Ok(departments::table
        .order(departments::code)
        .select((departments::id, departments::code, departments::name))
        .load(conn)
        .await?)
}
