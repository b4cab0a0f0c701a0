//! Where a posting is said to hold, in words of the people who say it: codes of a department and of procedures.

use std::collections::HashMap;

use chrono::NaiveDate;
use platform::{AsyncPgConnection, Result};
use uuid::Uuid;

use crate::departments::{self, Known};
use crate::person::Role;
use crate::procedures;
use crate::scope::Reach;

/// Procedures that a posting may be limited to.
const MOST_PROCEDURES: usize = 100;

/// A posting as it is written.
#[derive(Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) department: Option<&'a str>,
    pub(crate) procedures: Option<&'a [String]>,
    pub(crate) role: Role,
    /// The first day on which it no longer holds.
    pub(crate) valid_until: Option<NaiveDate>,
}

/// Why a posting cannot hold where it is said to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault<'a> {
    #[error("a posting names the unknown department {0}")]
    UnknownDepartment(&'a str),
    #[error("a posting in {0} goes on after that was dissolved")]
    Dissolved(&'a str),
    /// With its place among the procedures.
    #[error("a posting is limited to the unknown procedure {1}")]
    UnknownProcedure(usize, &'a str),
    #[error(
        "a posting is limited to no procedure, or to more than 100: for all of them leave `procedures` out"
    )]
    ProcedureCount,
    #[error("a registrar's posting cannot be limited to procedures")]
    LimitedRegistrar,
}

/// The departments and procedures that some postings name.
pub(crate) struct Places {
    departments: HashMap<String, Known>,
    procedures: HashMap<String, Uuid>,
}

impl Places {
    pub(crate) async fn load(
        conn: &mut AsyncPgConnection,
        postings: &[Written<'_>],
    ) -> Result<Self> {
        let codes: Vec<_> = postings.iter().filter_map(|one| one.department).collect();
        let departments = departments::by_codes(conn, codes.into_iter()).await?;
        let limits = postings.iter().filter_map(|one| one.procedures).flatten();
        let codes: Vec<_> = limits.map(String::as_str).collect();
        let procedures = procedures::by_codes(conn, codes).await?;
        Ok(Self {
            departments,
            procedures,
        })
    }

    /// Where the posting holds.
    pub(crate) fn reach<'a>(&self, posting: Written<'a>) -> Result<Reach, Vec<Fault<'a>>> {
        let mut faults = Vec::new();
        let department = match posting.department {
            None => None,
            Some(code) => match self.departments.get(code) {
                Some(known) if known.lasts(posting.valid_until) => Some(known.id),
                Some(_) => {
                    faults.push(Fault::Dissolved(code));
                    None
                }
                None => {
                    faults.push(Fault::UnknownDepartment(code));
                    None
                }
            },
        };
        let procedures = posting
            .procedures
            .map(|codes| self.limit(posting.role, codes, &mut faults));
        match faults.is_empty() {
            true => Ok(Reach {
                department,
                procedures,
            }),
            false => Err(faults),
        }
    }

    /// The ids of the procedures, each once and in order.
    fn limit<'a>(&self, role: Role, codes: &'a [String], faults: &mut Vec<Fault<'a>>) -> Vec<Uuid> {
        if role == Role::Registrar {
            faults.push(Fault::LimitedRegistrar);
        }
        if !(1..=MOST_PROCEDURES).contains(&codes.len()) {
            faults.push(Fault::ProcedureCount);
        }
        let mut ids = Vec::with_capacity(codes.len());
        for (index, code) in codes.iter().enumerate() {
            match self.procedures.get(code) {
                Some(id) => ids.push(*id),
                None => faults.push(Fault::UnknownProcedure(index, code)),
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::DepartmentId;

    fn places() -> Places {
        let end = "2027-04-01".parse().unwrap();
        let department = |n, dissolved_on| Known {
            id: DepartmentId::from(Uuid::from_u128(n)),
            dissolved_on,
        };
        Places {
            departments: HashMap::from([
                ("lasting".to_owned(), department(1, None)),
                ("ending".to_owned(), department(2, Some(end))),
            ]),
            procedures: HashMap::from([
                ("late".to_owned(), Uuid::from_u128(9)),
                ("early".to_owned(), Uuid::from_u128(3)),
            ]),
        }
    }

    const WHOLE: Written<'_> = Written {
        department: Some("lasting"),
        procedures: None,
        role: Role::Reviewer,
        valid_until: None,
    };

    #[test]
    fn a_posting_does_not_outlast_its_department() {
        let until = |valid_until| Written {
            department: Some("ending"),
            valid_until,
            ..WHOLE
        };
        let end: NaiveDate = "2027-04-01".parse().unwrap();
        assert!(places().reach(until(Some(end))).is_ok());
        for too_long in [None, end.succ_opt()] {
            let refused = places().reach(until(too_long)).unwrap_err();
            assert_eq!(refused, [Fault::Dissolved("ending")]);
        }
    }

    #[test]
    fn the_same_limit_is_the_same_however_it_is_written() {
        let of = |codes: &[&str]| {
            let codes: Vec<_> = codes.iter().map(|code| (*code).to_owned()).collect();
            let posting = Written {
                procedures: Some(&codes),
                ..WHOLE
            };
            places().reach(posting).unwrap()
        };
        assert_eq!(of(&["late", "early"]), of(&["early", "late", "early"]));
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        let codes = ["early".to_owned(), "no-such".to_owned()];
        let wrong = Written {
            department: Some("nowhere"),
            procedures: Some(&codes),
            role: Role::Registrar,
            ..WHOLE
        };
        let faults = [
            Fault::UnknownDepartment("nowhere"),
            Fault::LimitedRegistrar,
            Fault::UnknownProcedure(1, "no-such"),
        ];
        assert_eq!(places().reach(wrong).unwrap_err(), faults);
        let nothing = Written {
            procedures: Some(&[]),
            ..WHOLE
        };
        let refused = places().reach(nothing).unwrap_err();
        assert_eq!(refused, [Fault::ProcedureCount]);
    }
}
