//! The way from "log in" to tokens.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use keys::Keys;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Code, Database, Error, Randomness, Result};
use serde_json::json;
use uuid::Uuid;

use crate::access::Person;
use crate::assurance::{Assurance, StepUp};
use crate::model::{CallbackQuery, LoginQuery, Session};
use crate::organisation::Arrival;
use crate::provider::{Challenge, Returned, StaffClaims, VerifiedIdentity};
use crate::residents;
use crate::schema::login_transactions;
use crate::session::{self, Presented, hash, secret};
use crate::store;
use crate::token::{Audience, Realm};

/// How long a person may take at the provider.
const LOGIN_LASTS: TimeDelta = TimeDelta::minutes(10);

/// What is remembered of a login while the person is at the provider.
#[derive(Queryable, Selectable)]
#[diesel(table_name = login_transactions)]
struct Transaction {
    browser_sha256: Vec<u8>,
    audience: Audience,
    provider: String,
    nonce: String,
    code_verifier: String,
    acr_values: Vec<String>,
    max_age: Option<i32>,
    expires_at: DateTime<Utc>,
}

/// A login that has begun: where to go, and the secret that ties it to this browser.
pub(crate) struct Started {
    pub(crate) location: String,
    pub(crate) browser: String,
}

/// Remembers the login and answers where to send the person.
pub(crate) async fn start(
    database: &Database,
    realm: &Realm,
    randomness: &Randomness,
    query: &LoginQuery,
    now: DateTime<Utc>,
) -> Result<Started> {
    let provider = realm.providers.find(query.provider.as_deref())?;
    let challenge = Challenge {
        state: secret(randomness)?,
        nonce: secret(randomness)?,
        code_verifier: secret(randomness)?,
        redirect_uri: redirect_uri(realm),
        step_up: StepUp::asking_for(query.acr_values.as_deref(), query.max_age),
    };
    let hint = query.login_hint.as_deref();
    let location = provider.client.start(&challenge, hint, now).await?;
    let browser = secret(randomness)?;
    let mut conn = database.connection().await?;
    diesel::insert_into(login_transactions::table)
        .values((
            login_transactions::state_sha256.eq(hash(&challenge.state)),
            login_transactions::browser_sha256.eq(hash(&browser)),
            login_transactions::audience.eq(realm.audience),
            login_transactions::provider.eq(&provider.id),
            login_transactions::nonce.eq(&challenge.nonce),
            login_transactions::code_verifier.eq(&challenge.code_verifier),
            login_transactions::acr_values.eq(&challenge.step_up.acr_values),
            login_transactions::max_age.eq(challenge.step_up.max_age),
            login_transactions::expires_at.eq(now + LOGIN_LASTS),
        ))
        .execute(&mut conn)
        .await?;
    Ok(Started { location, browser })
}

/// What a callback needs beside the query.
pub(crate) struct Callback<'a> {
    pub(crate) database: &'a Database,
    pub(crate) realm: &'a Realm,
    pub(crate) keys: &'a Keys,
    pub(crate) randomness: &'a Randomness,
    pub(crate) request: RequestId,
    /// The secret this browser was given when the login began.
    pub(crate) browser: Option<String>,
    pub(crate) now: DateTime<Utc>,
}

impl Callback<'_> {
    /// Finishes the login. Its transaction is used up whatever comes out.
    pub(crate) async fn finish(&self, query: CallbackQuery) -> Result<Session> {
        let state = query.state.ok_or_else(|| failed("state is missing"))?;
        let (provider, challenge) = self.take_challenge(state).await?;
        if query.error.is_some() {
            return Err(failed("the provider or the person refused"));
        }
        let code = query.code.ok_or_else(|| failed("code is missing"))?;
        let provider = self.realm.providers.find(Some(&provider))?;
        let returned = Returned {
            code: &code,
            issuer: query.iss.as_deref(),
        };
        let identity = provider
            .client
            .finish(&challenge, returned, self.randomness, self.now)
            .await?;
        challenge.step_up.check(provider, &identity, self.now)?;
        let assurance = provider.assurance_of(&identity.acr);
        let mut conn = self.database.connection().await?;
        if let Some(claims) = &provider.staff_claims {
            self.arrival(&identity, claims).settle(&mut conn).await?;
        }
        conn.transaction(async |conn| self.admit(conn, &identity, assurance).await)
            .await
    }

    fn arrival<'i>(&self, identity: &'i VerifiedIdentity, claims: &'i StaffClaims) -> Arrival<'i> {
        Arrival {
            identity,
            claims,
            request: self.request,
            now: self.now,
        }
    }

    async fn take_challenge(&self, state: String) -> Result<(String, Challenge)> {
        let browser = self.browser.as_deref().unwrap_or_default();
        let mut conn = self.database.connection().await?;
        let taken: Option<Transaction> =
            diesel::delete(login_transactions::table.find(hash(&state)))
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
            state,
            nonce: taken.nonce,
            code_verifier: taken.code_verifier,
            redirect_uri: redirect_uri(self.realm),
            step_up: StepUp {
                acr_values: taken.acr_values,
                max_age: taken.max_age,
            },
        };
        Ok((taken.provider, challenge))
    }

    async fn admit(
        &self,
        conn: &mut AsyncPgConnection,
        identity: &VerifiedIdentity,
        assurance: Assurance,
    ) -> Result<Session> {
        let person_id = match self.realm.audience {
            Audience::Resident => self.admit_resident(conn, identity, assurance).await?,
            Audience::Staff => admit_staff(conn, identity).await?,
        };
        let begun = session::begin(
            conn,
            self.randomness,
            self.realm.audience,
            person_id,
            identity,
            assurance,
            self.now,
        )
        .await?;
        let entry = audit::Entry {
            occurred_at: self.now,
            actor: actor(self.realm.audience, person_id),
            action: "auth.login",
            object_kind: "person",
            object_id: Some(person_id),
            request_id: Some(self.request),
            detail: json!({
                "issuer": identity.issuer,
                "acr": identity.acr,
                "ial": assurance.ial,
                "aal": assurance.aal,
            }),
        };
        audit::record(conn, entry).await?;
        let epoch = store::epoch(conn, self.realm.audience, person_id).await?;
        Ok(Session {
            person_id,
            acr: identity.acr.clone(),
            assurance,
            authenticated_at: identity.authenticated_at,
            epoch: epoch.ok_or_else(|| failed("the person is disabled"))?,
            login_id: begun.id,
            refresh_token: begun.refresh_token,
        })
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

/// Answers the next pair of tokens for a refresh token.
pub(crate) async fn refresh(
    database: &Database,
    realm: &Realm,
    randomness: &Randomness,
    request: RequestId,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Session> {
    let mut conn = database.connection().await?;
    // A refusal commits, too: a reused token ends its family.
    let refreshed: Result<Session, &'static str> = conn
        .transaction(async |conn| {
            match session::rotate(conn, randomness, realm.audience, token, now).await? {
                Presented::Successor(family, refresh_token) => {
                    continued(conn, family, refresh_token).await
                }
                Presented::Reused(family) => {
                    let reuse = entry("auth.refresh_reuse", &family, request, now);
                    audit::record(conn, reuse).await?;
                    Ok(Err("a copy of the refresh token is about"))
                }
                Presented::Refused(why) => Ok::<_, Error>(Err(why)),
            }
        })
        .await?;
    refreshed.map_err(|why| Error::new(Code::InvalidRefreshToken).because(why))
}

/// The person may have been disabled meanwhile.
async fn continued(
    conn: &mut AsyncPgConnection,
    family: session::Family,
    refresh_token: String,
) -> Result<Result<Session, &'static str>> {
    let epoch = store::epoch(conn, family.audience, family.person_id).await?;
    Ok(epoch.ok_or("the person is disabled").map(|epoch| Session {
        person_id: family.person_id,
        assurance: family.assurance(),
        acr: family.acr,
        authenticated_at: family.authenticated_at,
        epoch,
        login_id: family.id,
        refresh_token,
    }))
}

/// Ends a login. An unknown token is as good as ended.
pub(crate) async fn logout(
    database: &Database,
    realm: &Realm,
    request: RequestId,
    token: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        if let Some(family) = session::end(conn, realm.audience, token, now).await? {
            audit::record(conn, entry("auth.logout", &family, request, now)).await?;
        }
        Ok(())
    })
    .await
}

/// Ends one of a person's own logins.
///
/// # Errors
/// 404 when it is not theirs or over.
pub(crate) async fn end(
    database: &Database,
    person: Person,
    request: RequestId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        let family = session::end_own(conn, person, id, now).await?;
        audit::record(conn, entry("auth.end_login", &family, request, now)).await
    })
    .await
}

fn entry(
    action: &'static str,
    family: &session::Family,
    request: RequestId,
    now: DateTime<Utc>,
) -> audit::Entry<'static> {
    audit::Entry {
        occurred_at: now,
        actor: actor(family.audience, family.person_id),
        action,
        object_kind: "login",
        object_id: Some(family.id),
        request_id: Some(request),
        detail: json!({}),
    }
}

fn actor(audience: Audience, person: Uuid) -> audit::Actor {
    match audience {
        Audience::Resident => audit::Actor::Resident(person),
        Audience::Staff => audit::Actor::Staff(person),
    }
}

fn redirect_uri(realm: &Realm) -> String {
    format!("{}/v1/auth/callback", realm.base_url)
}

fn failed(why: &'static str) -> Error {
    Error::new(Code::LoginFailed).because(why)
}
