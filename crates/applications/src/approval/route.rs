//! What staff are told of the routes of their cases: which steps, who approved when, which one waits.

use std::collections::HashMap;
use std::sync::Arc;

use auth::departments::Departments;
use auth::{DepartmentId, StaffId};
use forms::{FormVersionId, Forms, PublishedForm};
use platform::{AsyncPgConnection, Error, Result};

use super::department_of;
use crate::model::{ApplicationId, DepartmentRef, RouteStep, StepStatus};
use crate::store::{self, Application, Approval, QueueLine};

/// A case whose route is told.
#[derive(Clone, Copy)]
pub(crate) struct OnRoute {
    id: ApplicationId,
    form_version: FormVersionId,
    owner: DepartmentId,
    /// The department that is asked now.
    asked: Option<DepartmentId>,
}

impl From<&Application> for OnRoute {
    fn from(application: &Application) -> Self {
        Self {
            id: application.id,
            form_version: application.form_version_id,
            owner: application.department_id,
            asked: application.approving_department_id,
        }
    }
}

impl From<&QueueLine> for OnRoute {
    fn from(line: &QueueLine) -> Self {
        Self {
            id: line.id,
            form_version: line.form_version_id,
            owner: line.department_id,
            asked: line.approving_department_id,
        }
    }
}

/// What it takes to tell the routes of some cases.
#[derive(Default)]
pub(crate) struct Routes {
    forms: HashMap<FormVersionId, Arc<PublishedForm>>,
    given: HashMap<ApplicationId, Vec<Approval>>,
    departments: Departments,
}

impl Routes {
    /// Reads it for all of them at once.
    pub(crate) async fn load(
        conn: &mut AsyncPgConnection,
        known: &Forms,
        cases: &[OnRoute],
    ) -> Result<Self> {
        if cases.is_empty() {
            return Ok(Self::default());
        }
        let mut forms = HashMap::new();
        for version in cases.iter().map(|case| case.form_version) {
            forms.insert(version, known.version(conn, version).await?);
        }
        let ids: Vec<_> = cases.iter().map(|case| case.id).collect();
        let mut given: HashMap<_, Vec<_>> = HashMap::new();
        for approval in store::list_approvals(conn, &ids).await? {
            let of_case = given.entry(approval.application_id).or_default();
            of_case.push(approval);
        }
        Ok(Self {
            forms,
            given,
            departments: Departments::load(conn).await?,
        })
    }

    /// The route of one of them; empty where nothing is decided.
    pub(crate) fn of(&self, case: OnRoute) -> Result<Vec<RouteStep>> {
        let form = self.forms.get(&case.form_version);
        let route = form.map(|form| form.definition.policy.approval_route.iter());
        let given = self.given.get(&case.id).map_or(&[][..], Vec::as_slice);
        let steps = route.into_iter().flatten().enumerate();
        steps
            .map(|(n, step)| match (given.get(n), case.asked) {
                (Some(approval), _) => self.given(approval),
                (None, Some(asked)) if n == given.len() => self.step(n, asked, StepStatus::Waiting),
                (None, _) => {
                    let to_ask = department_of(step, case.owner, &self.departments)?;
                    self.step(n, to_ask, StepStatus::ToCome)
                }
            })
            .collect()
    }

    fn given(&self, approval: &Approval) -> Result<RouteStep> {
        let n = usize::try_from(approval.step - 1).map_err(Error::internal)?;
        Ok(RouteStep {
            approved_by: Some(StaffId::as_uuid(approval.approved_by)),
            approved_at: Some(approval.approved_at),
            ..self.step(n, approval.department_id, StepStatus::Given)?
        })
    }

    fn step(&self, n: usize, department: DepartmentId, status: StepStatus) -> Result<RouteStep> {
        Ok(RouteStep {
            step: n + 1,
            department: self.named(department)?,
            status,
            approved_by: None,
            approved_at: None,
        })
    }

    fn named(&self, id: DepartmentId) -> Result<DepartmentRef> {
        let known = self.departments.get(id);
        let known = known.ok_or_else(|| Error::internal(format!("there is no department {id}")))?;
        Ok(DepartmentRef {
            code: known.code.clone(),
            name: known.name_ja().to_owned(),
        })
    }
}
