//! Logging in with a mail address alone.

use actix_web::web::Data;
use actix_web::{HttpResponse, Responder, post};
use diesel_async::AsyncConnection as _;
use jobs::mail::{LoginCode, Mailer};
use keys::Keys;
use platform::extract::Json;
use platform::{Clock, Code, Db, Error, Randomness, Result};
use serde_json::json;

use super::login::logged_in;
use crate::contacts::{self, mail_address};
use crate::email_login;
use crate::login::Admission;
use crate::login::model::{CodeLogin, Tokens};
use crate::model::EmailRequest;
use crate::person::ResidentId;
use crate::token::Realm;

platform::problem_responses! {
    pub(crate) RequestProblems: 400, 409, 413, 415, 422;
    pub(crate) LoginProblems: 400, 413, 415, 422;
}

/// Have a code mailed to log in with
///
/// For a provider whose `method` is `email_code`. The answer is the same whoever has the address. An address gets five mails
/// an hour at the most; after that the last code goes on working.
#[utoipa::path(tag = "auth", operation_id = "requestLoginCode", request_body = EmailRequest,
    responses((status = 202, description = "A code is on its way, good for an hour"), RequestProblems))]
#[post("/v1/auth/email-code")]
pub(super) async fn send(
    realm: Data<Realm>,
    db: Db,
    keys: Data<Keys>,
    mailer: Data<Option<Mailer>>,
    clock: Clock,
    randomness: Randomness,
    body: Json<EmailRequest>,
) -> Result<impl Responder> {
    if mailer.is_none() || realm.providers.email_code().is_none() {
        return Err(closed());
    }
    let address = mail_address("/address", &body.0.address)?;
    let now = clock.now();
    let mut conn = db.connection().await?;
    conn.transaction(async |conn| {
        email_login::send_code(conn, &keys, &randomness, &address, now).await
    })
    .await?;
    Ok(HttpResponse::Accepted())
}

/// Log in with the code of a mail
///
/// Whoever is new becomes a resident of the portal. The address is used for mail about new post from then on.
#[utoipa::path(tag = "auth", operation_id = "logInByCode", request_body = CodeLogin,
    responses(
        (status = 200, description = "Logged in", body = Tokens),
        (status = 204, description = "Logged in, a web page", headers(
            ("set-cookie" = String, description = "The session"))),
        LoginProblems))]
#[post("/v1/auth/email-code/login")]
pub(super) async fn log_in(
    admission: Admission,
    db: Db,
    body: Json<CodeLogin>,
) -> Result<impl Responder> {
    let CodeLogin {
        address: given,
        code,
        client,
    } = body.0;
    let Admission {
        keys, realm, now, ..
    } = &admission;
    let provider = realm.providers.email_code().ok_or_else(wrong_code)?;
    admission.check_client(client)?;
    let address = mail_address("/address", &given)?;
    let code: LoginCode = code.parse().map_err(|_| wrong_code())?;
    let mut conn = db.connection().await?;
    let session = conn
        .transaction(async |conn| {
            let identity = email_login::identify(conn, keys, &address, &code, *now).await?;
            let identity = identity.ok_or_else(wrong_code)?;
            let assurance = provider.assurance_of(&identity.acr);
            let session = admission.admit(conn, &identity, assurance, client).await?;
            let resident = session.person_id.into();
            if contacts::adopt(conn, keys, resident, &address, *now).await? {
                audit::record(conn, adopted(resident, &admission)).await?;
            }
            Ok::<_, Error>(session)
        })
        .await?;
    logged_in(&admission, client, session)
}

/// An address is the resident's without a code of its own: the login was one.
fn adopted(resident: ResidentId, admission: &Admission) -> audit::Entry<'static> {
    audit::Entry {
        occurred_at: admission.now,
        actor: audit::Actor::Resident(resident.as_uuid()),
        action: "contact.verify",
        object_kind: "resident",
        object_id: Some(resident.as_uuid()),
        request_id: Some(admission.request),
        detail: json!({"by": "login"}),
    }
}

fn closed() -> Error {
    Error::new(Code::MailClosed).detail("メールでのログインは、この窓口ではご利用いただけません。")
}

/// One answer for a wrong, a used, an old and a missing code.
fn wrong_code() -> Error {
    let message = "コードが違うか、使えなくなっています。もう一度メールを受け取ってください。";
    Error::field("/code", "wrong_code", message)
}
