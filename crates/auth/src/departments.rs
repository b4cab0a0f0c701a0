//! Departments (課), by code and by id.

use std::collections::HashMap;

use chrono::NaiveDate;
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

/// A department as others refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: DepartmentId,
    /// The first day without it; `None`: it goes on.
    pub dissolved_on: Option<NaiveDate>,
}

impl Known {
    /// Whether it is there from one day up to another, exclusive, or for good.
    #[must_use]
    pub fn lasts(&self, until: Option<NaiveDate>) -> bool {
        let end = self.dissolved_on;
        end.is_none_or(|end| until.is_some_and(|until| until <= end))
    }
}

/// The departments behind codes; a code without one is left out.
///
/// # Errors
/// When the database cannot be asked.
pub async fn by_codes(
    conn: &mut AsyncPgConnection,
    codes: impl Iterator<Item = &str>,
) -> Result<HashMap<String, Known>> {
    let codes: Vec<_> = codes.collect();
    let known: Vec<(String, DepartmentId, Option<NaiveDate>)> = departments::table
        .filter(departments::code.eq_any(codes))
        .select((
            departments::code,
            departments::id,
            departments::dissolved_on,
        ))
        .load(conn)
        .await?;
    let known = known
        .into_iter()
        .map(|(code, id, dissolved_on)| (code, Known { id, dissolved_on }));
    Ok(known.collect())
}

/// All departments that nobody has dissolved, by code.
///
/// # Errors
/// When the database cannot be asked.
pub async fn lasting(conn: &mut AsyncPgConnection) -> Result<HashMap<String, DepartmentId>> {
    let known: Vec<(String, DepartmentId)> = departments::table
        .filter(departments::dissolved_on.is_null())
        .select((departments::code, departments::id))
        .load(conn)
        .await?;
    Ok(known.into_iter().collect())
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
