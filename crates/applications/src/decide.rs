//! 審査・起案: what reviewers do with an application.

use auth::Staff;
use chrono::{DateTime, Utc};
use forms::Forms;
use keys::Keys;
use platform::extract::RequestId;
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Code, Error, Randomness, Result};

use crate::model::{Grounds, Outcome, ProposalRequest};
use crate::sealing::Column;
use crate::state::Event;
use crate::store::{self, Application, Proposal};
use crate::transition::{Happening, transition};

/// A clerk acting on an application, which is locked.
pub(crate) struct Act<'a> {
    pub(crate) clerk: &'a Staff,
    pub(crate) keys: &'a Keys,
    pub(crate) forms: &'a Forms,
    pub(crate) randomness: &'a Randomness,
    pub(crate) request: RequestId,
    /// Read after the lock: whoever waits for another's act does not act before it.
    pub(crate) now: DateTime<Utc>,
    pub(crate) application: Application,
}

impl Act<'_> {
    /// Takes the application up: the clerk is its reviewer from now on.
    pub(crate) async fn take_up(mut self, conn: &mut AsyncPgConnection) -> Result<Application> {
        self.application.assignee_id = Some(self.clerk.id);
        self.happen(conn, Event::TakeUp).await?;
        Ok(self.application)
    }

    /// Proposes an outcome; the first step of the approval route is asked.
    pub(crate) async fn propose(
        mut self,
        conn: &mut AsyncPgConnection,
        proposal: &ProposalRequest,
    ) -> Result<Application> {
        let grounds = grounds(proposal)?;
        self.must_allow(Event::Propose)?;
        self.ask(conn, 0).await?;
        self.happen(conn, Event::Propose).await?;
        let id = self.application.id;
        let newest = store::newest_proposal(conn, id).await?;
        let sealed_grounds = grounds
            .map(|grounds| Column::Grounds.seal(self.keys, id, &grounds))
            .transpose()?;
        let row = Proposal {
            application_id: id,
            round: newest.map_or(1, |newest| newest.round + 1),
            outcome: proposal.outcome,
            sealed_grounds,
            proposed_by: self.clerk.id,
            proposed_at: self.now,
        };
        store::insert_proposal(conn, &row).await?;
        Ok(self.application)
    }

    /// Takes back one's own proposal.
    ///
    /// # Errors
    /// `forbidden` for somebody else's.
    pub(crate) async fn take_back(mut self, conn: &mut AsyncPgConnection) -> Result<Application> {
        self.happen(conn, Event::TakeBack).await?;
        if self.proposal(conn).await?.proposed_by != self.clerk.id {
            return Err(Error::new(Code::Forbidden).detail("起案した人だけが取り戻せます。"));
        }
        Ok(self.application)
    }

    /// What the state says comes first: nobody is told more of an act that is not possible anyway.
    ///
    /// # Errors
    /// `illegal_transition`
    pub(crate) fn must_allow(&self, event: Event) -> Result<()> {
        let Application { status, kind, .. } = self.application;
        status.apply(kind, event)?;
        Ok(())
    }

    pub(crate) async fn happen(
        &mut self,
        conn: &mut AsyncPgConnection,
        event: Event,
    ) -> Result<()> {
        self.happen_because(conn, event, None).await
    }

    pub(crate) async fn happen_because(
        &mut self,
        conn: &mut AsyncPgConnection,
        event: Event,
        sealed_reason: Option<Vec<u8>>,
    ) -> Result<()> {
        let happening = Happening {
            event,
            actor: self.clerk.actor(),
            mandate: None,
            sealed_reason,
            request: Some(self.request),
            now: self.now,
        };
        transition(conn, &mut self.application, happening).await
    }

    pub(crate) async fn proposal(&self, conn: &mut AsyncPgConnection) -> Result<Proposal> {
        store::newest_proposal(conn, self.application.id)
            .await?
            .ok_or_else(|| Error::internal("awaiting approval without a proposal"))
    }
}

impl Proposal {
    /// Why, where not all is granted.
    pub(crate) fn grounds(&self, keys: &Keys) -> Result<Option<Grounds>> {
        let sealed = self.sealed_grounds.as_deref();
        sealed
            .map(|sealed| Column::Grounds.open(keys, self.application_id, sealed))
            .transpose()
    }
}

/// 行政手続法8条: whoever is not granted all is told why and on which provision.
fn grounds(proposal: &ProposalRequest) -> Result<Option<Grounds>> {
    match (&proposal.reason, &proposal.legal_basis) {
        (Some(reason), Some(legal_basis)) => Ok(Some(Grounds {
            reason: reason.clone(),
            legal_basis: legal_basis.clone(),
        })),
        (None, None) if proposal.outcome == Outcome::Grant => Ok(None),
        (reason, legal_basis) => Err(Error::validation(
            [
                missing("/reason", reason, "理由を入力してください。"),
                missing(
                    "/legal_basis",
                    legal_basis,
                    "根拠となる条文を入力してください。",
                ),
            ]
            .into_iter()
            .flatten()
            .collect(),
        )),
    }
}

fn missing(pointer: &str, given: &Option<String>, message: &str) -> Option<FieldError> {
    given
        .is_none()
        .then(|| FieldError::new(pointer, "required", message))
}
