//! 決裁: a proposal goes through the approval route of the form's version, one step after another.

mod route;

use auth::DepartmentId;
use auth::departments::Departments;
use documents::{canonical, sha256};
use forms::ApprovalStep;
use platform::{AsyncPgConnection, Code, Error, Result};

use crate::decide::Act;
use crate::delivery::DeliverDecision;
use crate::sealing::Column;
use crate::state::Event;
use crate::store::{self, Application, Approval, Decision, Proposal};

pub(crate) use route::{OnRoute, Routes};

impl Act<'_> {
    /// Approves another person's proposal: the next step of the route is asked, or the application is decided.
    ///
    /// # Errors
    /// `forbidden` while another department is asked; `separation_of_duties` for one's own proposal, and for whoever has
    /// approved an earlier step of it. Whether clerk and applicant are the same person is not known here: staff and residents
    /// log in apart from each other.
    pub(crate) async fn approve(mut self, conn: &mut AsyncPgConnection) -> Result<Application> {
        self.must_allow(Event::Approve)?;
        let department = self.asked()?;
        let proposal = self.proposal(conn).await?;
        let given = store::list_approvals(conn, &[self.application.id]).await?;
        self.must_be_another(&proposal, &given)?;
        let approval = Approval {
            application_id: self.application.id,
            round: proposal.round,
            step: given.last().map_or(1, |last| last.step + 1),
            department_id: department,
            approved_by: self.clerk.id,
            approved_at: self.now,
        };
        store::insert_approval(conn, &approval).await?;
        if self.ask(conn, given.len() + 1).await? {
            self.happen(conn, Event::Agree).await?;
        } else {
            self.happen(conn, Event::Approve).await?;
            self.decide(conn, &proposal).await?;
        }
        Ok(self.application)
    }

    /// Returns the proposal to the reviewer.
    ///
    /// # Errors
    /// `forbidden` while another department is asked.
    pub(crate) async fn send_back(
        mut self,
        conn: &mut AsyncPgConnection,
        reason: &str,
    ) -> Result<Application> {
        self.must_allow(Event::SendBack)?;
        self.asked()?;
        let sealed = Column::Reason.seal(self.keys, self.application.id, &reason)?;
        self.happen_because(conn, Event::SendBack, Some(sealed))
            .await?;
        Ok(self.application)
    }

    /// Asks the department of a step, counted from 0; `false` when the route has no such step.
    pub(crate) async fn ask(&mut self, conn: &mut AsyncPgConnection, step: usize) -> Result<bool> {
        let version = self.application.form_version_id;
        let form = self.forms.version(conn, version).await?;
        let Some(step) = form.definition.policy.approval_route.get(step) else {
            return Ok(false);
        };
        let departments = Departments::load(conn).await?;
        let asked = department_of(step, self.application.department_id, &departments)?;
        self.application.approving_department_id = Some(asked);
        Ok(true)
    }

    /// The department that is asked now, for which the clerk must approve.
    fn asked(&self) -> Result<DepartmentId> {
        let asked = self.application.approving_department_id;
        let procedure = self.application.procedure_id.as_uuid();
        let asked = asked.filter(|department| self.clerk.approves(*department, procedure));
        asked.ok_or_else(|| {
            Error::new(Code::Forbidden).detail("この段階では、ほかの課の決裁を待っています。")
        })
    }

    fn must_be_another(&self, proposal: &Proposal, given: &[Approval]) -> Result<()> {
        if proposal.proposed_by == self.clerk.id {
            return Err(Code::SeparationOfDuties.into());
        }
        if given.iter().any(|step| step.approved_by == self.clerk.id) {
            let again =
                "前の段階をあなたが決裁しています。この段階は、ほかの人が決裁してください。";
            return Err(Error::new(Code::SeparationOfDuties).detail(again));
        }
        Ok(())
    }

    async fn decide(&self, conn: &mut AsyncPgConnection, proposal: &Proposal) -> Result<()> {
        let id = self.application.id;
        let letter = self.letter(conn, proposal).await?;
        let decision = Decision {
            application_id: id,
            round: proposal.round,
            approved_by: self.clerk.id,
            decided_at: self.now,
            notice_sha256: sha256(&canonical(&letter)?),
            sealed_notice: Column::Notice.seal(self.keys, id, &letter)?,
        };
        store::insert_decision(conn, &decision).await?;
        let promise = DeliverDecision { application_id: id };
        jobs::enqueue(conn, &promise, self.now).await
    }
}

/// The department that a step asks when it begins: one that has been dissolved has a successor.
fn department_of(
    step: &ApprovalStep,
    owner: DepartmentId,
    departments: &Departments,
) -> Result<DepartmentId> {
    let Some(code) = step.named_department() else {
        return Ok(owner);
    };
    let asked = departments.at_work(code);
    asked.ok_or_else(|| Error::internal(format!("a route asks the unknown department {code}")))
}
