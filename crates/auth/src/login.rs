//! The way from "log in" to tokens or to a session, and what becomes of them.

mod admission;
mod callback;
pub(crate) mod model;
mod ongoing;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{Code, Database, Error, Randomness, Result};
use uuid::Uuid;

use crate::assurance::{Assurance, StepUp};
use crate::provider::Challenge;
use crate::schema::login_transactions;
use crate::session::{hash, secret};
use crate::token::{Audience, Realm};
use model::{LoginQuery, LoginScope};

pub(crate) use admission::Admission;
pub(crate) use callback::{Callback, Finished};
pub(crate) use ongoing::{end, log_out, log_out_of_web, refresh};

/// How long a person may take at the provider.
const LOGIN_LASTS: TimeDelta = TimeDelta::minutes(10);

/// A login as it goes on.
pub(crate) struct Session {
    pub(crate) person_id: Uuid,
    pub(crate) acr: String,
    pub(crate) assurance: Assurance,
    pub(crate) authenticated_at: DateTime<Utc>,
    pub(crate) epoch: i32,
    pub(crate) login_id: Uuid,
    /// The next refresh token, or what the cookie holds.
    pub(crate) secret: String,
}

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
    return_to: Option<String>,
    with_attributes: bool,
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
    if query.return_to.is_some() && realm.web_url.is_none() {
        return Err(Error::new(Code::InvalidQuery).detail(
            "return_to は、この窓口では使えません。ウェブページのアドレスが設定されていません。",
        ));
    }
    let provider = realm.providers.find(query.provider.as_deref())?;
    let challenge = Challenge {
        state: secret(randomness)?,
        nonce: secret(randomness)?,
        code_verifier: secret(randomness)?,
        redirect_uri: redirect_uri(realm),
        step_up: StepUp::asking_for(query.acr_values.as_deref(), query.max_age),
        with_attributes: query.scope == Some(LoginScope::Attributes),
    };
    let hint = query.login_hint.as_deref();
    let location = provider.redirect()?.start(&challenge, hint, now).await?;
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
            login_transactions::return_to.eq(&query.return_to),
            login_transactions::with_attributes.eq(challenge.with_attributes),
            login_transactions::expires_at.eq(now + LOGIN_LASTS),
        ))
        .execute(&mut conn)
        .await?;
    Ok(Started { location, browser })
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
