//! Where a resident wants to hear that there is post.

use actix_web::web::Data;
use actix_web::{HttpResponse, Responder, delete, post, put};
use diesel_async::AsyncConnection as _;
use jobs::mail::Mailer;
use keys::Keys;
use platform::extract::{Json, RequestId};
use platform::{Clock, Code, Db, Error, Randomness, Result};

use crate::access::Resident;
use crate::contacts::{Change, SetEmail, mail_address};
use crate::model::{CodeRequest, Email, EmailRequest};

platform::problem_responses! {
    pub(crate) SetEmailProblems: 400, 401, 409, 413, 415, 422;
    pub(crate) VerifyEmailProblems: 400, 401, 413, 415, 422;
    pub(crate) RemoveEmailProblems: 401;
}

/// Set one's mail address
///
/// Sends a six-digit code there, at most once a minute; the address is used after the code came back.
/// The mail that announces new post names the sending department and nothing else.
#[utoipa::path(tag = "auth", operation_id = "setEmail", security(("bearer" = [])), request_body = EmailRequest,
    responses((status = 202, description = "A code is on its way", body = Email), SetEmailProblems))]
#[put("/v1/me/email")]
#[expect(clippy::too_many_arguments, reason = "a handler names all it needs")]
pub(super) async fn set(
    resident: Resident,
    db: Db,
    keys: Data<Keys>,
    mailer: Data<Option<Mailer>>,
    clock: Clock,
    randomness: Randomness,
    request: RequestId,
    body: Json<EmailRequest>,
) -> Result<impl Responder> {
    if mailer.is_none() {
        return Err(Code::MailClosed.into());
    }
    let address = mail_address("/address", &body.0.address)?;
    let change = change(&resident, request, &clock);
    let mut conn = db.connection().await?;
    let set = conn
        .transaction(async |conn| change.set(conn, &keys, &randomness, &address).await)
        .await?;
    match set {
        SetEmail::CodePromised => Ok(HttpResponse::Accepted().json(Email {
            address: address.as_str().to_owned(),
            verified: false,
        })),
        SetEmail::TooSoon { wait } => Err(Error::too_soon(wait)),
    }
}

/// Prove one's mail address
///
/// By the code of the newest mail, within fifteen minutes and five tries.
#[utoipa::path(tag = "auth", operation_id = "verifyEmail", security(("bearer" = [])), request_body = CodeRequest,
    responses((status = 204, description = "The address is used from now on"), VerifyEmailProblems))]
#[post("/v1/me/email/verify")]
pub(super) async fn verify(
    resident: Resident,
    db: Db,
    keys: Data<Keys>,
    clock: Clock,
    request: RequestId,
    body: Json<CodeRequest>,
) -> Result<impl Responder> {
    let change = change(&resident, request, &clock);
    let mut conn = db.connection().await?;
    // A wrong code is counted, so the transaction commits either way.
    let proved = conn
        .transaction(async |conn| change.verify(conn, &keys, &body.0.code).await)
        .await?;
    if proved {
        Ok(HttpResponse::NoContent())
    } else {
        Err(wrong_code())
    }
}

/// Remove one's mail address
#[utoipa::path(tag = "auth", operation_id = "removeEmail", security(("bearer" = [])),
    responses((status = 204, description = "No mail is sent any more"), RemoveEmailProblems))]
#[delete("/v1/me/email")]
pub(super) async fn remove(
    resident: Resident,
    db: Db,
    clock: Clock,
    request: RequestId,
) -> Result<impl Responder> {
    let change = change(&resident, request, &clock);
    let mut conn = db.connection().await?;
    conn.transaction(async |conn| change.remove(conn).await)
        .await?;
    Ok(HttpResponse::NoContent())
}

fn change(resident: &Resident, request: RequestId, clock: &Clock) -> Change {
    Change {
        resident: resident.id,
        request,
        now: clock.now(),
    }
}

/// One answer for a wrong, an old, a worn-out and a missing code.
fn wrong_code() -> Error {
    let message = "確認コードが違うか、使えなくなっています。もう一度メールを受け取ってください。";
    Error::field("/code", "wrong_code", message)
}
