//! Back from the identity provider.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use keys::Keys;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Database, Error, Randomness, Result};
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::{Transaction, actor, failed, redirect_uri};
use crate::assurance::{Assurance, StepUp};
use crate::model::{CallbackQuery, Session};
use crate::provider::{Challenge, Returned, VerifiedIdentity};
use crate::residents;
use crate::schema::login_transactions;
use crate::session::{self, Client, NewLogin, hash, web};
use crate::store;
use crate::token::{Audience, Realm};

/// What a callback needs beside the query.
pub(crate) struct Callback<'a> {
    pub(crate) database: &'a Database,
    pub(crate) realm: &'a Realm,
    pub(crate) keys: &'a Keys,
    pub(crate) randomness: &'a Randomness,
    pub(crate) request: RequestId,
    /// The secret this browser was given when the login began.
    pub(crate) browser: Option<String>,
    /// The session this browser has, which the new one replaces.
    pub(crate) session: Option<String>,
    pub(crate) now: DateTime<Utc>,
}

/// A login that came to an end, good or bad.
pub(crate) enum Finished {
    /// For a program: it gets tokens.
    App(Session),
    /// For a web page: the browser goes back to it, with a session if all went well.
    Web {
        location: Url,
        session: Option<Session>,
    },
}

impl Callback<'_> {
    /// Finishes the login. Its transaction is used up whatever comes out.
    ///
    /// # Errors
    /// Those of a login for a web page are told to the page, as far as the person can do something about them.
    pub(crate) async fn finish(&self, query: CallbackQuery) -> Result<Finished> {
        let state = query
            .state
            .as_deref()
            .ok_or_else(|| failed("state is missing"))?;
        let (begun, challenge) = self.take(state).await?;
        match self.page(&begun)? {
            None => {
                let session = self.session(&query, &begun, &challenge, Client::App);
                Ok(Finished::App(session.await?))
            }
            Some(page) => {
                let session = self.session(&query, &begun, &challenge, Client::Web);
                told_to_page(page, session.await)
            }
        }
    }

    /// The web page that the browser goes back to, if the login is one's.
    fn page(&self, begun: &Transaction) -> Result<Option<Url>> {
        let Some(path) = &begun.return_to else {
            return Ok(None);
        };
        let web_url = self.realm.web_url.as_deref();
        let web_url = web_url.ok_or_else(|| failed("there are no web pages any more"))?;
        let page = Url::parse(&format!("{web_url}{path}"));
        page.map(Some).map_err(Error::internal)
    }

    async fn session(
        &self,
        query: &CallbackQuery,
        begun: &Transaction,
        challenge: &Challenge,
        client: Client,
    ) -> Result<Session> {
        if query.error.is_some() {
            return Err(failed("the provider or the person refused"));
        }
        let returned = Returned {
            code: query
                .code
                .as_deref()
                .ok_or_else(|| failed("code is missing"))?,
            issuer: query.iss.as_deref(),
        };
        let provider = self.realm.providers.find(Some(&begun.provider))?;
        let identity = provider
            .client
            .finish(challenge, returned, self.randomness, self.now)
            .await?;
        challenge.step_up.check(provider, &identity, self.now)?;
        let assurance = provider.assurance_of(&identity.acr);
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| self.admit(conn, &identity, assurance, client).await)
            .await
    }

    async fn take(&self, state: &str) -> Result<(Transaction, Challenge)> {
        let browser = self.browser.as_deref().unwrap_or_default();
        let mut conn = self.database.connection().await?;
        let taken: Option<Transaction> =
            diesel::delete(login_transactions::table.find(hash(state)))
                .returning(Transaction::as_returning())
                .get_result(&mut conn)
                .await
                .optional()?;
        let taken = taken.ok_or_else(|| failed("state is unknown or used"))?;
        if taken.browser_sha256 != hash(browser) {
            return Err(failed("another browser began the login"));
        }
        if taken.audience != self.realm.audience || taken.expires_at <= self.now {
            return Err(failed("the login is over or for the other listener"));
        }
        let challenge = Challenge {
            state: state.to_owned(),
            nonce: taken.nonce.clone(),
            code_verifier: taken.code_verifier.clone(),
            redirect_uri: redirect_uri(self.realm),
            step_up: StepUp {
                acr_values: taken.acr_values.clone(),
                max_age: taken.max_age,
            },
        };
        Ok((taken, challenge))
    }

    async fn admit(
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

/// A person whom a page sent away gets back to it whatever happens, and the page can say what.
fn told_to_page(mut page: Url, session: Result<Session>) -> Result<Finished> {
    let session = match session {
        Ok(session) => Some(session),
        Err(error) if error.code().status().is_server_error() => return Err(error),
        Err(error) => {
            tracing::info!(error.cause = %error, "a login for a web page failed");
            let code = error.code().as_str();
            page.query_pairs_mut().append_pair("login_error", code);
            None
        }
    };
    Ok(Finished::Web {
        location: page,
        session,
    })
}
