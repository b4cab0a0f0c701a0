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

/// A department, named.
#[derive(Clone, Debug)]
pub struct Department {
    /// Its code.
    pub code: String,
    /// Its name by language.
    name: Value,
    /// The one that took its place when it was dissolved.
    successor: Option<DepartmentId>,
}

impl Department {
    /// Its name in Japanese, or its code where it has none.
    pub fn name_ja(&self) -> &str {
        self.name["ja"].as_str().unwrap_or(&self.code)
    }
}

/// All departments, those that are no more among them.
#[derive(Debug, Default)]
pub struct Departments(HashMap<DepartmentId, Department>);

impl Departments {
    /// Reads them.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn load(conn: &mut AsyncPgConnection) -> Result<Self> {
        let known: Vec<(DepartmentId, String, Value, Option<DepartmentId>)> = departments::table
            .select((
                departments::id,
                departments::code,
                departments::name,
                departments::successor_id,
            ))
            .load(conn)
            .await?;
        let known = known.into_iter().map(|(id, code, name, successor)| {
            let department = Department {
                code,
                name,
                successor,
            };
            (id, department)
        });
        Ok(Self(known.collect()))
    }

    /// One of them.
    pub fn get(&self, id: DepartmentId) -> Option<&Department> {
        self.0.get(&id)
    }

    /// The codes that are taken.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|department| department.code.as_str())
    }

    /// Who does the work of a department today: itself or, where it was dissolved, the last of those that took its place.
    /// `None` for an unknown code.
    pub fn at_work(&self, code: &str) -> Option<DepartmentId> {
        let mut known = self.0.iter();
        let (mut id, mut department) = known.find(|(_, known)| known.code == code)?;
        // A department takes another's place only while it is there, so that no chain leads back.
        while let Some(successor) = &department.successor {
            (id, department) = self.0.get_key_value(successor)?;
        }
        Some(*id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> DepartmentId {
        uuid::Uuid::from_u128(n).into()
    }

    #[test]
    fn the_last_of_those_that_took_its_place_does_the_work_of_a_department() {
        let known = [
            ("parks", 1, Some(2)),
            ("greens", 2, Some(3)),
            ("environment", 3, None),
        ];
        let known = known.map(|(code, n, successor)| {
            let department = Department {
                code: code.to_owned(),
                name: Value::Null,
                successor: successor.map(id),
            };
            (id(n), department)
        });
        let departments = Departments(HashMap::from(known));
        for code in ["parks", "greens", "environment"] {
            assert_eq!(departments.at_work(code), Some(id(3)), "{code}");
        }
        assert_eq!(departments.at_work("roads"), None);
    }
}
