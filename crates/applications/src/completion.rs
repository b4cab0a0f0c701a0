//! How an application ends without a decision: a notification is recorded, the applicant withdraws.

use platform::{AsyncPgConnection, Result};

use crate::decide::Act;
use crate::notices::{self, Notice};
use crate::own_act::OwnAct;
use crate::sealing::Column;
use crate::state::Event;
use crate::store::{self, Application};
use crate::transition::transition;

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
        let version = application.form_version_id;
        let form = self.forms.version(conn, version).await?;
        let words = notices::recorded(&procedure, &form, &submission.reference_number);
        let notice = Notice::info("application-completed", words, self.clerk.actor());
        notice
            .deliver(conn, self.keys, application, self.now)
            .await?;
        Ok(self.application)
    }
}

impl OwnAct<'_> {
    /// 取下げ: the applicant takes a filed application back before it is decided.
    ///
    /// # Errors
    /// 404 when it is not theirs, 401 when the login will not do for it, 412 when it has changed meanwhile, 409 when it is decided or still a draft.
    pub(crate) async fn withdraw(&self, conn: &mut AsyncPgConnection, reason: &str) -> Result<()> {
        let mut application = store::lock_own(conn, self.id, self.owner).await?;
        self.expected.check(application.version)?;
        let version = application.form_version_id;
        self.assured(&*self.forms.version(conn, version).await?)?;
        let sealed = Column::Reason.seal(self.keys, self.id, &reason)?;
        let now = self.clock.legal_now(conn).await?;
        let happening = self.happening(Event::Withdraw, Some(sealed), now);
        transition(conn, &mut application, happening).await?;
        match store::open_correction(conn, self.id).await? {
            Some(mut correction) => correction.end(conn, false, now).await,
            None => Ok(()),
        }
    }
}
