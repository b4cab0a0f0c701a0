//! What must be right in a plan, and what it moves. Pure but for [`Known::load`].

use std::collections::{HashMap, HashSet};

use auth::DepartmentId;
use auth::departments::{self, Departments};
use chrono::NaiveDate;
use forms::ownership::{self, Ownership};
use forms::{OWNER, ProcedureId};
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Error, Result};

use super::store;
use crate::model::ReorganisationPlan;

/// What a plan is judged by.
pub(super) struct Known {
    /// Departments that go on, by code.
    departments: HashMap<String, DepartmentId>,
    procedures: Vec<Ownership>,
    /// Codes that are taken, by departments that are no more, too.
    taken: HashSet<String>,
    /// Departments that another plan, still to come, dissolves.
    about_to_end: HashSet<String>,
    /// Departments that another plan, still to come, gives something.
    about_to_receive: HashSet<String>,
}

impl Known {
    pub(super) async fn load(conn: &mut AsyncPgConnection) -> Result<Self> {
        let plans = store::list(conn).await?.into_iter();
        let to_come = plans.filter(|known| known.carried_out_at.is_none());
        let (mut about_to_end, mut about_to_receive) = (HashSet::new(), HashSet::new());
        for ReorganisationPlan {
            dissolved,
            procedures,
            ..
        } in to_come.map(|known| known.plan)
        {
            for ended in dissolved {
                about_to_end.insert(ended.department);
                about_to_receive.insert(ended.successor);
            }
            about_to_receive.extend(procedures.into_iter().map(|moved| moved.department));
        }
        let all = Departments::load(conn).await?;
        Ok(Self {
            departments: departments::lasting(conn).await?,
            procedures: ownership::list(conn).await?,
            taken: all.codes().map(ToOwned::to_owned).collect(),
            about_to_end,
            about_to_receive,
        })
    }

    /// A department that [`check`] has found to be there.
    pub(super) fn department(&self, code: &str) -> Result<DepartmentId> {
        let unknown = || Error::internal(format!("there is no department {code}"));
        self.departments.get(code).copied().ok_or_else(unknown)
    }

    fn code_of(&self, id: DepartmentId) -> Option<&str> {
        let mut known = self.departments.iter();
        known
            .find(|(_, known)| **known == id)
            .map(|(code, _)| code.as_str())
    }
}

/// Where procedures go.
pub(super) struct Moves<'a>(Vec<(ProcedureId, &'a str)>);

impl<'a> Moves<'a> {
    pub(super) fn of(plan: &'a ReorganisationPlan, known: &Known) -> Self {
        let named = plan.procedures.iter();
        let named: HashMap<_, _> = named
            .map(|moved| (moved.procedure.as_str(), moved.department.as_str()))
            .collect();
        let ended = plan.dissolved.iter();
        let successors: HashMap<_, _> = ended
            .map(|ended| (ended.department.as_str(), ended.successor.as_str()))
            .collect();
        let moves = known.procedures.iter().filter_map(|owned| {
            let owner = known.code_of(owned.department)?;
            let to = named
                .get(owned.code.as_str())
                .or_else(|| successors.get(owner))?;
            (*to != owner).then_some((owned.procedure, *to))
        });
        Self(moves.collect())
    }

    pub(super) fn procedures(&self) -> Vec<ProcedureId> {
        self.0.iter().map(|(procedure, _)| *procedure).collect()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (ProcedureId, &'a str)> {
        self.0.iter().copied()
    }
}

/// Judges a plan made on a day.
///
/// # Errors
/// `validation_failed` with everything that is wrong.
pub(super) fn check(plan: &ReorganisationPlan, known: &Known, today: NaiveDate) -> Result<()> {
    let mut errors = Vec::new();
    if plan.effective_on <= today || !calendar::is_writable(plan.effective_on) {
        let message = "施行日は、明日以降の日を、西暦4桁の年で指定してください。";
        errors.push(error("/effective_on".to_owned(), "not_in_future", message));
    }
    if plan.departments.is_empty() && plan.dissolved.is_empty() && plan.procedures.is_empty() {
        let message = "新設、廃止、移管のいずれかを入れてください。";
        errors.push(error("/dissolved".to_owned(), "required", message));
    }
    check_new(plan, known, &mut errors);
    check_dissolved(plan, known, &mut errors);
    check_procedures(plan, known, &mut errors);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::validation(errors))
    }
}

fn check_new(plan: &ReorganisationPlan, known: &Known, errors: &mut Vec<FieldError>) {
    let mut seen = HashSet::new();
    for (n, new) in plan.departments.iter().enumerate() {
        let pointer = format!("/departments/{n}/code");
        if new.code == OWNER || known.taken.contains(&new.code) {
            let message = "このコードの課は、すでにあるか、廃止されています。";
            errors.push(error(pointer, "already_there", message));
        } else if !seen.insert(&new.code) {
            errors.push(twice(pointer));
        }
        let named = new
            .name
            .get("ja")
            .is_some_and(|name| !name.trim().is_empty());
        let short = new.name.values().all(|name| name.chars().count() <= 100);
        if !named || !short || new.name.len() > 20 {
            let message = "日本語（ja）の名称を、100文字以内で入れてください。";
            errors.push(error(format!("/departments/{n}/name"), "name", message));
        }
    }
}

fn check_dissolved(plan: &ReorganisationPlan, known: &Known, errors: &mut Vec<FieldError>) {
    let mut seen = HashSet::new();
    for (n, ended) in plan.dissolved.iter().enumerate() {
        let pointer = format!("/dissolved/{n}/department");
        if !known.departments.contains_key(&ended.department) {
            errors.push(unknown_department(pointer));
        } else if known.about_to_end.contains(&ended.department)
            || known.about_to_receive.contains(&ended.department)
        {
            let message =
                "この課は、予定されている別の組織改編で、廃止されるか引き継ぐことになっています。";
            errors.push(error(pointer, "already_planned", message));
        } else if !seen.insert(&ended.department) {
            errors.push(twice(pointer));
        }
        if !stays(plan, known, &ended.successor) {
            errors.push(unknown_department(format!("/dissolved/{n}/successor")));
        }
    }
}

fn check_procedures(plan: &ReorganisationPlan, known: &Known, errors: &mut Vec<FieldError>) {
    let codes: HashSet<_> = known.procedures.iter().map(|owned| &owned.code).collect();
    let mut seen = HashSet::new();
    for (n, moved) in plan.procedures.iter().enumerate() {
        let pointer = format!("/procedures/{n}/procedure");
        if !codes.contains(&moved.procedure) {
            let message = "この手続は登録されていません。";
            errors.push(error(pointer, "unknown_procedure", message));
        } else if !seen.insert(&moved.procedure) {
            errors.push(twice(pointer));
        }
        if !stays(plan, known, &moved.department) {
            errors.push(unknown_department(format!("/procedures/{n}/department")));
        }
    }
}

/// Whether a department is there on the day and goes on.
fn stays(plan: &ReorganisationPlan, known: &Known, code: &str) -> bool {
    let begins = plan.departments.iter().any(|new| new.code == code);
    let ends = plan.dissolved.iter().any(|ended| ended.department == code);
    (begins || known.departments.contains_key(code)) && !ends && !known.about_to_end.contains(code)
}

fn unknown_department(pointer: String) -> FieldError {
    let message = "この課は登録されていないか、廃止されるか、廃止されています。";
    error(pointer, "unknown_department", message)
}

fn twice(pointer: String) -> FieldError {
    error(pointer, "duplicate", "同じものが二度入っています。")
}

fn error(pointer: String, code: &'static str, message: &'static str) -> FieldError {
    FieldError::new(pointer, code, message)
}
