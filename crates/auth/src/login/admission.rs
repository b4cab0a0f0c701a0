//! Somebody has proved who they are: their login begins.

use chrono::{DateTime, Utc};
use keys::Keys;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Randomness, Result};
use serde_json::json;
use uuid::Uuid;

use super::Session;
use super::{actor, failed};
use crate::assurance::Assurance;
use crate::provider::VerifiedIdentity;
use crate::residents;
use crate::session::{self, Client, NewLogin, web};
use crate::store;
use crate::token::{Audience, Realm};

/// What it takes to let somebody in.
pub(crate) struct Admission<'a> {
    pub(crate) realm: &'a Realm,
    pub(crate) keys: &'a Keys,
    pub(crate) randomness: &'a Randomness,
    pub(crate) request: RequestId,
    /// The session this browser has, which a new one replaces.
    pub(crate) session: Option<String>,
    pub(crate) now: DateTime<Utc>,
}

impl Admission<'_> {
    /// Lets them in, in the caller's transaction: the login begins and is recorded.
    ///
    /// # Errors
    /// `login_failed` for somebody who is not to be let in.
    pub(crate) async fn admit(
        &self,
        conn: &mut AsyncPgConnection,
        identity: &VerifiedIdentity,
        assurance: Assurance,
        client: Client,
    ) -> Result<Session> {
        let audience = self.realm.audience;
        let person_id = match audience {
            Audience::Resident => self.admit_resident(conn, identity, assurance).await?,
            Audience::Staff => admit_staff(conn, identity).await?,
        };
        let epoch = store::epoch(conn, audience, person_id).await?;
        let epoch = epoch.ok_or_else(|| failed("the person is disabled"))?;
        if let (Client::Web, Some(former)) = (client, &self.session) {
            web::end(conn, audience, former, self.now).await?;
        }
        let login = NewLogin {
            audience,
            person_id,
            epoch,
            identity,
            assurance,
            client,
        };
        let begun = session::begin(conn, self.randomness, &login, self.now).await?;
        self.record(conn, &login).await?;
        Ok(Session {
            person_id,
            acr: identity.acr.clone(),
            assurance,
            authenticated_at: identity.authenticated_at,
            epoch,
            login_id: begun.id,
            secret: begun.secret,
        })
    }

    async fn record(&self, conn: &mut AsyncPgConnection, login: &NewLogin<'_>) -> Result<()> {
        let entry = audit::Entry {
            occurred_at: self.now,
            actor: actor(login.audience, login.person_id),
            action: "auth.login",
            object_kind: "person",
            object_id: Some(login.person_id),
            request_id: Some(self.request),
            detail: json!({
                "issuer": login.identity.issuer,
                "acr": login.identity.acr,
                "ial": login.assurance.ial,
                "aal": login.assurance.aal,
                "client": login.client,
            }),
        };
        audit::record(conn, entry).await
    }

    async fn admit_resident(
        &self,
        conn: &mut AsyncPgConnection,
        identity: &VerifiedIdentity,
        assurance: Assurance,
    ) -> Result<Uuid> {
        let (issuer, subject) = (&identity.issuer, &identity.subject);
        let id = store::resident_by_identity(conn, issuer, subject, self.now)
            .await?
            .ok_or_else(|| failed("the resident is disabled"))?;
        residents::keep_attributes(conn, self.keys, id, identity, assurance, self.now).await?;
        Ok(id.as_uuid())
    }
}

async fn admit_staff(conn: &mut AsyncPgConnection, identity: &VerifiedIdentity) -> Result<Uuid> {
    store::staff_by_identity(conn, &identity.issuer, &identity.subject)
        .await?
        .map(crate::StaffId::as_uuid)
        .ok_or_else(|| failed("not a member of staff").detail("職員として登録されていません。"))
}
