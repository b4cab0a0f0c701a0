//! Signing in with an account of the portal's own, and taking up an invitation to one. Staff only.

use actix_web::{HttpResponse, Responder, post};
use platform::Result;
use platform::extract::Json;

use super::login::logged_in;
use crate::local::model::{
    ConfirmationRequest, Enrolled, EnrolmentBegun, EnrolmentRequest, PasswordRequest,
    SecondFactorDue, SecondFactorRequest,
};
use crate::local::sign_in::Visitor;
use crate::login::model::Tokens;

platform::problem_responses! {
    pub(crate) LocalProblems: 400, 409, 413, 415, 422;
}

/// Sign in: the password
///
/// For accounts of the portal's own. The answer is the same, whether the login name or the password is wrong. After some
/// attempts from one address the next one has to wait (429, `Retry-After`); attempts from elsewhere make nobody wait here.
#[utoipa::path(tag = "auth", operation_id = "checkPassword", request_body = PasswordRequest,
    responses((status = 200, description = "A second factor is due", body = SecondFactorDue), LocalProblems))]
#[post("/v1/auth/local/password")]
pub(super) async fn check_password(
    visitor: Visitor,
    body: Json<PasswordRequest>,
) -> Result<impl Responder> {
    let PasswordRequest {
        login_name,
        password,
    } = &body.0;
    let due = visitor.check_password(login_name, password).await?;
    Ok(HttpResponse::Ok().json(due))
}

/// Sign in: the second factor
///
/// The six digits of the authenticator, or a recovery code; each is good once. Three tries within five minutes, then
/// the password again.
#[utoipa::path(tag = "auth", operation_id = "checkSecondFactor", request_body = SecondFactorRequest,
    responses(
        (status = 200, description = "Logged in", body = Tokens),
        (status = 204, description = "Logged in, a web page", headers(
            ("set-cookie" = String, description = "The session"))),
        LocalProblems))]
#[post("/v1/auth/local/second-factor")]
pub(super) async fn check_second_factor(
    visitor: Visitor,
    body: Json<SecondFactorRequest>,
) -> Result<impl Responder> {
    let SecondFactorRequest {
        transaction,
        code,
        client,
    } = &body.0;
    visitor.admission.check_client(*client)?;
    let signing_in = visitor.check_second_factor(transaction, code, *client);
    let session = signing_in.await?;
    logged_in(&visitor.admission, *client, session)
}

/// Take up an invitation: password and authenticator
///
/// Answers what the authenticator needs, once. Nothing counts until its first code has come back; beginning again makes
/// a new secret.
#[utoipa::path(tag = "auth", operation_id = "beginEnrolment", request_body = EnrolmentRequest,
    responses((status = 201, description = "Waits for the first code", body = EnrolmentBegun), LocalProblems))]
#[post("/v1/auth/local/enrolments")]
pub(super) async fn begin_enrolment(
    visitor: Visitor,
    body: Json<EnrolmentRequest>,
) -> Result<impl Responder> {
    let EnrolmentRequest {
        invitation,
        password,
    } = &body.0;
    let begun = visitor.begin_enrolment(invitation, password).await?;
    Ok(HttpResponse::Created().json(begun))
}

/// Take up an invitation: the authenticator's first code
///
/// Uses the invitation up and answers ten recovery codes, once. The code is not good for signing in.
#[utoipa::path(tag = "auth", operation_id = "confirmEnrolment", request_body = ConfirmationRequest,
    responses((status = 200, description = "The account can be used", body = Enrolled), LocalProblems))]
#[post("/v1/auth/local/enrolments/confirm")]
pub(super) async fn confirm_enrolment(
    visitor: Visitor,
    body: Json<ConfirmationRequest>,
) -> Result<impl Responder> {
    let ConfirmationRequest { enrolment, code } = &body.0;
    let enrolled = visitor.confirm_enrolment(enrolment, code).await?;
    Ok(HttpResponse::Ok().json(enrolled))
}
