//! 審査・起案・決裁: what staff do with an application.

use auth::Staff;
use chrono::{DateTime, Utc};
use documents::notice::{AppealInstruction, DecisionNotice};
use documents::{canonical, sha256};
use forms::{Appeal, Forms};
use platform::extract::{IfMatch, RequestId};
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Code, Error, Result};

use crate::completion::DeliverDecision;
use crate::model::{ApplicationId, Outcome, ProposalRequest};
use crate::state::Event;
use crate::store::{self, Application, Decision, Proposal};
use crate::transition::{Happening, transition};

/// A clerk about to act on an application.
pub(crate) struct Act<'a> {
    pub(crate) clerk: &'a Staff,
    pub(crate) id: ApplicationId,
    pub(crate) expected: IfMatch,
    pub(crate) request: RequestId,
    pub(crate) now: DateTime<Utc>,
}

impl Act<'_> {
    /// Takes the application up: the clerk is its reviewer from now on.
    pub(crate) async fn take_up(&self, conn: &mut AsyncPgConnection) -> Result<Application> {
        let mut application = self.lock(conn).await?;
        application.assignee_id = Some(self.clerk.id);
        self.happen(conn, &mut application, Event::TakeUp, None)
            .await?;
        Ok(application)
    }

    /// Proposes an outcome.
    pub(crate) async fn propose(
        &self,
        conn: &mut AsyncPgConnection,
        proposal: &ProposalRequest,
    ) -> Result<Application> {
        complete(proposal)?;
        let mut application = self.lock(conn).await?;
        self.happen(conn, &mut application, Event::Propose, None)
            .await?;
        let newest = store::newest_proposal(conn, self.id).await?;
        let row = Proposal {
            application_id: self.id,
            round: newest.map_or(1, |newest| newest.round + 1),
            outcome: proposal.outcome,
            reason: proposal.reason.clone(),
            legal_basis: proposal.legal_basis.clone(),
            proposed_by: self.clerk.id,
            proposed_at: self.now,
        };
        store::insert_proposal(conn, &row).await?;
        Ok(application)
    }

    /// Takes back one's own proposal.
    ///
    /// # Errors
    /// `forbidden` for somebody else's.
    pub(crate) async fn take_back(&self, conn: &mut AsyncPgConnection) -> Result<Application> {
        let mut application = self.lock(conn).await?;
        self.happen(conn, &mut application, Event::TakeBack, None)
            .await?;
        if proposal(conn, self.id).await?.proposed_by != self.clerk.id {
            return Err(Error::new(Code::Forbidden).detail("起案した人だけが取り戻せます。"));
        }
        Ok(application)
    }

    /// Returns the proposal to the reviewer.
    pub(crate) async fn send_back(
        &self,
        conn: &mut AsyncPgConnection,
        reason: &str,
    ) -> Result<Application> {
        let mut application = self.lock(conn).await?;
        self.happen(conn, &mut application, Event::SendBack, Some(reason))
            .await?;
        Ok(application)
    }

    /// Approves another person's proposal, which decides the application.
    pub(crate) async fn approve(
        &self,
        conn: &mut AsyncPgConnection,
        forms: &Forms,
    ) -> Result<Application> {
        let mut application = self.lock(conn).await?;
        self.happen(conn, &mut application, Event::Approve, None)
            .await?;
        let proposal = proposal(conn, self.id).await?;
        if proposal.proposed_by == self.clerk.id {
            return Err(Code::SeparationOfDuties.into());
        }
        let notice = self.notice(conn, forms, &application, &proposal).await?;
        let decision = Decision {
            application_id: self.id,
            round: proposal.round,
            approved_by: self.clerk.id,
            decided_at: self.now,
            notice_sha256: sha256(&canonical(&notice)?),
            notice: serde_json::to_value(&notice)?,
        };
        store::insert_decision(conn, &decision).await?;
        let promise = DeliverDecision {
            application_id: self.id,
        };
        jobs::enqueue(conn, &promise, self.now).await?;
        Ok(application)
    }

    pub(crate) async fn lock(&self, conn: &mut AsyncPgConnection) -> Result<Application> {
        let application = store::lock_case(conn, self.id, self.clerk.scope()).await?;
        self.expected.check(application.version)?;
        Ok(application)
    }

    pub(crate) async fn happen(
        &self,
        conn: &mut AsyncPgConnection,
        application: &mut Application,
        event: Event,
        reason: Option<&str>,
    ) -> Result<()> {
        let happening = Happening {
            event,
            actor: self.clerk.actor(),
            reason,
            request: Some(self.request),
            now: self.now,
        };
        transition(conn, application, happening).await
    }

    async fn notice(
        &self,
        conn: &mut AsyncPgConnection,
        forms: &Forms,
        application: &Application,
        proposal: &Proposal,
    ) -> Result<DecisionNotice> {
        let submission = store::submission_of(conn, self.id).await?;
        let procedure = forms.procedure(conn, application.procedure_id).await?;
        let form = forms.version(conn, application.form_version_id).await?;
        Ok(DecisionNotice {
            reference_number: submission.reference_number,
            procedure: procedure.description.name.ja,
            legal_basis: procedure.description.legal_basis,
            arrived_on: calendar::jst_date(submission.arrived_at),
            decided_on: calendar::jst_date(self.now),
            outcome: proposal.outcome.ja().to_owned(),
            reason: proposal.reason.clone(),
            decision_basis: proposal.legal_basis.clone(),
            appeal: form.definition.policy.appeal.clone().map(instruction),
        })
    }
}

/// 教示 is data of the form's version.
fn instruction(appeal: Appeal) -> AppealInstruction {
    AppealInstruction {
        review_authority: appeal.review_authority,
        review_period_months: appeal.review_period_months,
        defendant: appeal.defendant,
        representative: appeal.representative,
        litigation_period_months: appeal.litigation_period_months,
        review_required_first: appeal.review_required_first,
    }
}

async fn proposal(conn: &mut AsyncPgConnection, id: ApplicationId) -> Result<Proposal> {
    store::newest_proposal(conn, id)
        .await?
        .ok_or_else(|| Error::internal("awaiting approval without a proposal"))
}

/// 行政手続法8条: whoever is not granted all is told why and on which provision.
fn complete(proposal: &ProposalRequest) -> Result<()> {
    if proposal.outcome == Outcome::Grant {
        return Ok(());
    }
    let missing = |pointer: &str, given: &Option<String>, message: &str| {
        given.is_none().then(|| FieldError {
            pointer: pointer.to_owned(),
            code: "required".to_owned(),
            message: message.to_owned(),
        })
    };
    let faults: Vec<_> = [
        missing("/reason", &proposal.reason, "理由を入力してください。"),
        missing(
            "/legal_basis",
            &proposal.legal_basis,
            "根拠となる条文を入力してください。",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::validation(faults))
    }
}
