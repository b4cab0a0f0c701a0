//! Back from the identity provider.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use platform::extract::app_state;
use platform::{Database, Error, Result};
use url::Url;

use super::Session;
use super::model::CallbackQuery;
use super::{Admission, Transaction, failed, redirect_uri};
use crate::assurance::StepUp;
use crate::cookie;
use crate::organisation::Arrival;
use crate::provider::{Challenge, Returned};
use crate::schema::login_transactions;
use crate::session::{Client, hash};
use crate::token::Audience;

/// What a callback needs beside the query.
pub(crate) struct Callback {
    database: Database,
    /// The secret this browser was given when the login began.
    browser: Option<String>,
    pub(crate) admission: Admission,
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

impl FromRequest for Callback {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(request, payload))
    }
}

impl Callback {
    fn of(request: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let admission = Admission::of(request, payload)?;
        Ok(Self {
            database: app_state(request)?,
            browser: cookie::Name::Login.read(request, &admission.realm),
            admission,
        })
    }

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
        let web_url = self.admission.realm.web_url.as_deref();
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
        let Admission {
            realm,
            randomness,
            now,
            ..
        } = &self.admission;
        let provider = realm.providers.find(Some(&begun.provider))?;
        let identity = provider
            .redirect()?
            .finish(challenge, returned, randomness, *now)
            .await?;
        challenge.step_up.check(provider, &identity, *now)?;
        let assurance = provider.assurance_of(&identity.acr);
        let mut conn = self.database.connection().await?;
        if realm.audience == Audience::Staff {
            let arrival = Arrival {
                identity: &identity,
                claims: provider.staff_claims.as_ref(),
                request: self.admission.request,
                now: *now,
            };
            arrival.settle(&mut conn).await?;
        }
        conn.transaction(async |conn| {
            let admission = &self.admission;
            admission.admit(conn, &identity, assurance, client).await
        })
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
        if taken.audience != self.admission.realm.audience || taken.expires_at <= self.admission.now
        {
            return Err(failed("the login is over or for the other listener"));
        }
        let challenge = Challenge {
            state: state.to_owned(),
            nonce: taken.nonce.clone(),
            code_verifier: taken.code_verifier.clone(),
            redirect_uri: redirect_uri(&self.admission.realm),
            step_up: StepUp {
                acr_values: taken.acr_values.clone(),
                max_age: taken.max_age,
            },
            with_attributes: taken.with_attributes,
        };
        Ok((taken, challenge))
    }
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
