//! How far postings reach: departments, and procedures within them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use uuid::Uuid;

use crate::person::DepartmentId;
use crate::schema::postings;

/// Where a posting holds: in a department or the whole city, for all procedures or some.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable)]
#[diesel(table_name = postings)]
pub struct Reach {
    /// The department; `None`: the whole city.
    #[diesel(column_name = department_id)]
    pub department: Option<DepartmentId>,
    /// The procedures it is limited to, each once and in order; `None`: all of them, and what belongs to none.
    pub procedures: Option<Vec<Uuid>>,
}

impl Reach {
    /// All of a department, or of the city.
    #[must_use]
    pub fn whole(department: Option<DepartmentId>) -> Self {
        Self {
            department,
            procedures: None,
        }
    }

    /// Whether it is limited to procedures.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.procedures.is_some()
    }

    /// Whether a procedure's things that a department is in charge of are within.
    #[must_use]
    pub fn covers(&self, department: DepartmentId, procedure: Uuid) -> bool {
        self.includes(Some(department))
            && self
                .procedures
                .as_ref()
                .is_none_or(|procedures| procedures.contains(&procedure))
    }

    /// Whether all that the other reaches is within.
    fn contains(&self, other: &Self) -> bool {
        self.includes(other.department)
            && match (&self.procedures, &other.procedures) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(own), Some(others)) => others.iter().all(|other| own.contains(other)),
            }
    }

    fn includes(&self, department: Option<DepartmentId>) -> bool {
        self.department.is_none() || self.department == department
    }
}

/// Where an actor may do the operation in hand: what their postings for it reach together.
///
/// One part for a department, and one for the whole city; what the city's reaches, each department's does, too. A part that
/// reaches nothing more than the city's is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope(Vec<Reach>);

impl Scope {
    /// The union of what postings reach; `None` when there are none.
    pub(crate) fn of<'a>(reaches: impl Iterator<Item = &'a Reach>) -> Option<Self> {
        let mut parts: BTreeMap<Option<DepartmentId>, Option<Vec<Uuid>>> = BTreeMap::new();
        for Reach {
            department,
            procedures,
        } in reaches
        {
            let part = parts.entry(*department).or_insert_with(|| Some(Vec::new()));
            *part = together(part.take(), procedures.clone());
        }
        let city = parts.get(&None).cloned();
        let parts = parts.into_iter().filter_map(|(department, procedures)| {
            let procedures = match (&department, &city) {
                (None, _) | (_, None) => procedures,
                (Some(_), Some(city)) => together(procedures, city.clone()),
            };
            let adds = department.is_none() || city.as_ref() != Some(&procedures);
            adds.then_some(Reach {
                department,
                procedures,
            })
        });
        let parts: Vec<_> = parts.collect();
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// Whether a procedure's things that a department is in charge of are within.
    #[must_use]
    pub fn covers(&self, department: DepartmentId, procedure: Uuid) -> bool {
        self.0.iter().any(|part| part.covers(department, procedure))
    }

    /// Whether all that a posting reaches is within.
    #[must_use]
    pub fn contains(&self, posting: &Reach) -> bool {
        self.0.iter().any(|part| part.contains(posting))
    }

    /// The departments that are within as a whole; `None`: the whole city.
    #[must_use]
    pub fn departments(&self) -> Option<Vec<DepartmentId>> {
        let whole = self.0.iter().filter(|part| !part.is_limited());
        whole.map(|part| part.department).collect()
    }

    /// Its parts: whatever is within is within one of them, or several.
    #[must_use]
    pub fn parts(&self) -> &[Reach] {
        &self.0
    }
}

/// The procedures of both; `None` is all.
fn together(one: Option<Vec<Uuid>>, other: Option<Vec<Uuid>>) -> Option<Vec<Uuid>> {
    let (mut all, others) = (one?, other?);
    all.extend(others);
    all.sort_unstable();
    all.dedup();
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(n: u128) -> DepartmentId {
        Uuid::from_u128(n).into()
    }

    fn procedure(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    /// A department, 0 for the city, and procedures, none for all.
    fn reach(in_department: u128, procedures: &[u128]) -> Reach {
        let limited = procedures.iter().map(|n| procedure(*n)).collect();
        Reach {
            department: (in_department > 0).then(|| department(in_department)),
            procedures: (!procedures.is_empty()).then_some(limited),
        }
    }

    fn scope(reaches: &[Reach]) -> Scope {
        Scope::of(reaches.iter()).unwrap()
    }

    #[test]
    fn no_posting_reaches_nothing() {
        assert_eq!(Scope::of([].iter()), None);
    }

    #[test]
    fn a_city_wide_posting_reaches_every_department() {
        let city = scope(&[reach(1, &[]), reach(0, &[]), reach(2, &[7])]);
        assert_eq!(city.parts(), [reach(0, &[])]);
        assert_eq!(city.departments(), None);
        assert!(city.covers(department(9), procedure(9)));
    }

    #[test]
    fn a_limited_posting_reaches_its_procedures_in_its_department_alone() {
        let limited = scope(&[reach(1, &[7, 8])]);
        assert!(limited.covers(department(1), procedure(7)));
        assert!(!limited.covers(department(1), procedure(9)));
        assert!(!limited.covers(department(2), procedure(7)));
        assert_eq!(limited.departments(), Some(vec![]));
    }

    #[test]
    fn a_wide_posting_beside_a_narrow_one_is_wide() {
        let both = scope(&[reach(1, &[7]), reach(1, &[])]);
        assert_eq!(both.parts(), [reach(1, &[])]);
    }

    #[test]
    fn several_limits_in_one_department_are_one_part() {
        let both = scope(&[reach(1, &[8]), reach(1, &[7, 8])]);
        assert_eq!(both.parts(), [reach(1, &[7, 8])]);
    }

    #[test]
    fn a_procedure_of_the_whole_city_is_every_departments() {
        let scope = scope(&[reach(0, &[7]), reach(1, &[8]), reach(2, &[7])]);
        assert_eq!(scope.parts(), [reach(0, &[7]), reach(1, &[7, 8])]);
        assert!(scope.covers(department(3), procedure(7)));
        assert!(!scope.covers(department(3), procedure(8)));
        assert!(scope.contains(&reach(1, &[7, 8])));
        assert!(!scope.contains(&reach(2, &[7, 8])));
        assert!(!scope.contains(&reach(1, &[])));
        assert!(!scope.contains(&reach(0, &[7, 8])));
    }

    #[test]
    fn a_whole_department_contains_whatever_is_in_it() {
        let whole = scope(&[reach(1, &[])]);
        assert!(whole.contains(&reach(1, &[])) && whole.contains(&reach(1, &[7])));
        assert!(!whole.contains(&reach(0, &[7])));
    }
}
