//! 決裁の経路: who approves what is proposed, step by step, and what a route must not lack.

use std::collections::HashMap;

use auth::DepartmentId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{DefinitionProblem, File, Policy};
use crate::model::ProcedureKind;

/// Names the department in charge in approval routes, whichever that is; no department has it as its code.
pub const OWNER: &str = "owner";
const APPROVER: &str = "approver";
const MOST_STEPS: usize = 10;

/// One approval (決裁) on the way to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalStep {
    /// The role the approver has: `approver`.
    #[validate(length(max = 60))]
    #[schema(max_length = 60, example = "approver")]
    pub role: String,
    /// Code of the department in which they have it; `owner` is the one in charge when the step begins.
    #[validate(length(max = 60))]
    #[schema(max_length = 60, example = "owner")]
    pub department: String,
}

impl ApprovalStep {
    /// The code of the department that is asked; `None`: the one in charge.
    pub fn named_department(&self) -> Option<&str> {
        (self.department != OWNER).then_some(self.department.as_str())
    }
}

/// What is wrong with the route of a procedure of the kind, whatever departments there are.
pub(super) fn check(policy: &Policy, kind: ProcedureKind, problems: &mut Vec<DefinitionProblem>) {
    let route = &policy.approval_route;
    match kind {
        ProcedureKind::Notification if route.is_empty() => {}
        ProcedureKind::Notification => {
            let message = "a notification has no approval route";
            problems.push(problem("", "unexpected_approval_route", message));
        }
        _ if (1..=MOST_STEPS).contains(&route.len()) => {}
        _ => {
            let message = format!("the approval route has 1 to {MOST_STEPS} steps");
            problems.push(problem("", "wrong_approval_route", message));
        }
    }
    for (n, step) in route.iter().enumerate() {
        if step.role != APPROVER {
            let message = format!("{} is no role that approves", step.role);
            let at = format!("/{n}/role");
            problems.push(problem(&at, "unknown_approval_role", message));
        }
    }
}

impl Policy {
    /// The steps of the route that ask a department that is none of these, by code.
    pub(crate) fn unknown_departments(
        &self,
        departments: &HashMap<String, DepartmentId>,
    ) -> Vec<DefinitionProblem> {
        let steps = self.approval_route.iter().enumerate();
        let named = steps.filter_map(|(n, step)| Some((n, step.named_department()?)));
        let unknown = named.filter(|(_, code)| !departments.contains_key(*code));
        unknown
            .map(|(n, code)| {
                let message = format!("there is no department {code}");
                let at = format!("/{n}/department");
                problem(&at, "unknown_department", message)
            })
            .collect()
    }
}

fn problem(at: &str, code: &'static str, message: impl Into<String>) -> DefinitionProblem {
    let pointer = format!("/approval_route{at}");
    DefinitionProblem::new(File::Policy, &pointer, code, message)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Places and codes of what is wrong with the route of an application, where there is but one department.
    fn faults(route: Value) -> Vec<(String, &'static str)> {
        let policy = Policy {
            approval_route: serde_json::from_value(route).unwrap(),
            ..Policy::default()
        };
        let department = uuid::Uuid::from_u128(1).into();
        let departments = HashMap::from([("roads".to_owned(), department)]);
        let mut problems = Vec::new();
        check(&policy, ProcedureKind::Application, &mut problems);
        problems.extend(policy.unknown_departments(&departments));
        let problems = problems.into_iter().map(DefinitionProblem::documented);
        problems.map(|found| (found.pointer, found.code)).collect()
    }

    fn step(role: &str, department: &str) -> Value {
        json!({"role": role, "department": department})
    }

    #[test]
    fn a_route_has_one_to_ten_approvers_of_departments_that_are_there() {
        let (owner, roads) = (step("approver", "owner"), step("approver", "roads"));
        assert_eq!(faults(json!([owner, roads, owner])), []);
        assert_eq!(faults(Value::from(vec![owner.clone(); 10])), []);
        let long = Value::from(vec![owner.clone(); 11]);
        for (route, at, code) in [
            (json!([]), "", "wrong_approval_route"),
            (long, "", "wrong_approval_route"),
            (
                json!([owner, step("mayor", "roads")]),
                "/1/role",
                "unknown_approval_role",
            ),
            (
                json!([owner, step("approver", "rods")]),
                "/1/department",
                "unknown_department",
            ),
        ] {
            let found = faults(route);
            assert_eq!(found, [(format!("/approval_route{at}"), code)]);
        }
    }
}
