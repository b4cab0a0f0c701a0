//! What an applicant does with an application of theirs.

use auth::mandates::MandateId;
use auth::residents;
use auth::{Realm, Resident};
use chrono::{DateTime, Utc};
use forms::{Forms, PublishedForm};
use keys::Keys;
use platform::extract::{IfMatch, RequestId};
use platform::{AsyncPgConnection, Clock, Result};

use crate::identity::Identity;
use crate::model::ApplicationId;
use crate::state::{Event, IllegalTransition, Status};
use crate::store::{self, Application, Owner};
use crate::transition::Happening;

/// A resident about to do something to their application, which is not locked yet.
pub(crate) struct OwnAct<'a> {
    /// Who acts.
    pub(crate) resident: &'a Resident,
    /// In whose name.
    pub(crate) owner: &'a Owner,
    /// Under which mandate, where it is somebody else's.
    pub(crate) mandate: Option<MandateId>,
    pub(crate) id: ApplicationId,
    pub(crate) expected: IfMatch,
    pub(crate) keys: &'a Keys,
    pub(crate) forms: &'a Forms,
    pub(crate) request: RequestId,
    pub(crate) clock: &'a Clock,
    pub(crate) realm: &'a Realm,
}

impl OwnAct<'_> {
    /// Locks the application, which must stand here in the version seen.
    ///
    /// # Errors
    /// 404 when it is not theirs, 409 when it stands elsewhere, 412 when it has changed meanwhile.
    pub(crate) async fn lock_in(
        &self,
        conn: &mut AsyncPgConnection,
        status: Status,
    ) -> Result<Application> {
        let application = self.lock_any_version_in(conn, status).await?;
        self.expected.check(application.version)?;
        Ok(application)
    }

    /// As [`Self::lock_in`], whatever the version.
    ///
    /// # Errors
    /// 404 when it is not theirs, 409 when it stands elsewhere.
    pub(crate) async fn lock_any_version_in(
        &self,
        conn: &mut AsyncPgConnection,
        status: Status,
    ) -> Result<Application> {
        let application = store::lock_own(conn, self.id, self.owner).await?;
        if application.status != status {
            let allowed = application.status.allowed_events(application.kind);
            return Err(IllegalTransition { allowed }.into());
        }
        Ok(application)
    }

    /// What binds the applicant takes a login as good as the form's version asks for.
    ///
    /// # Errors
    /// 401 `insufficient_user_authentication`, which says what to log in with.
    pub(crate) fn assured(&self, form: &PublishedForm) -> Result<()> {
        match &form.definition.policy.assurance {
            Some(required) => {
                let now = self.clock.now();
                self.resident.must_reach(required, self.realm, now)
            }
            None => Ok(()),
        }
    }

    /// Who acts, as they are vouched for now: what is filed on the form's version rests on it.
    ///
    /// # Errors
    /// 401 `insufficient_user_authentication` when the login will not do, or has not brought what the version relies on.
    pub(crate) async fn identified(
        &self,
        conn: &mut AsyncPgConnection,
        form: &PublishedForm,
    ) -> Result<Identity> {
        self.assured(form)?;
        let known = residents::attributes(conn, self.keys, self.resident.id).await?;
        if let Some(required) = &form.definition.policy.assurance {
            self.resident
                .must_be_known(known.as_ref(), required, self.realm)?;
        }
        Ok(known.map(Identity::from).unwrap_or_default())
    }

    /// The event, as theirs.
    pub(crate) fn happening(
        &self,
        event: Event,
        sealed_reason: Option<Vec<u8>>,
        now: DateTime<Utc>,
    ) -> Happening {
        Happening {
            event,
            actor: self.resident.actor(),
            mandate: self.mandate,
            sealed_reason,
            request: Some(self.request),
            now,
        }
    }
}
