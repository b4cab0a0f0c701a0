//! How an application ends without a decision: a notification is recorded, the applicant withdraws.

use auth::Resident;
use keys::Keys;
use platform::extract::{IfMatch, RequestId};
use platform::{AsyncPgConnection, Clock, Result};

use crate::decide::Act;
use crate::model::ApplicationId;
use crate::notices::{self, Notice};
use crate::sealing::Column;
use crate::state::Event;
use crate::store::{self, Application};
use crate::transition::{Happening, transition};

impl Act<'_> {
    /// Records a checked notification (届出), which ends it, and tells the applicant.
    ///
    /// # Errors
    /// `illegal_transition` when it is not a notification under check.
    pub(crate) async fn complete(mut self, conn: &mut AsyncPgConnection) -> Result<Application> {
        self.happen(conn, Event::Complete).await?;
        let application = &self.application;
        let procedure = self.forms.procedure(conn, application.procedure_id).await?;
        let submission = store::submission_of(conn, application.id).await?;
        let (title, body) = notices::recorded(&procedure, &submission.reference_number);
        let notice = Notice::info("application-completed", title, body, self.clerk.actor());
        notice
            .deliver(conn, self.keys, application, self.now)
            .await?;
        Ok(self.application)
    }
}

/// 取下げ, as asked for.
pub(crate) struct Withdrawal<'a> {
    pub(crate) resident: &'a Resident,
    pub(crate) id: ApplicationId,
    pub(crate) expected: IfMatch,
    pub(crate) reason: &'a str,
    pub(crate) request: RequestId,
    pub(crate) keys: &'a Keys,
    pub(crate) clock: &'a Clock,
}

/// The applicant takes a filed application back before it is decided.
///
/// # Errors
/// 404 when it is not theirs, 412 when it has changed meanwhile, 409 when it is decided or still a draft.
pub(crate) async fn withdraw(
    conn: &mut AsyncPgConnection,
    asked: &Withdrawal<'_>,
) -> Result<Application> {
    let mut application = store::lock_own(conn, asked.id, asked.resident.id).await?;
    asked.expected.check(application.version)?;
    let happening = Happening {
        event: Event::Withdraw,
        actor: asked.resident.actor(),
        sealed_reason: Some(Column::Reason.seal(asked.keys, asked.id, &asked.reason)?),
        request: Some(asked.request),
        now: asked.clock.legal_now(conn).await?,
    };
    transition(conn, &mut application, happening).await?;
    Ok(application)
}
