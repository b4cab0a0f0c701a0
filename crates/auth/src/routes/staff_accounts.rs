//! Accounts of the portal's own, as administrators see them.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get, post, put};
use platform::Result;
use platform::extract::{Json, Query};
use platform::page::{Page, PageQuery};

use crate::local::accounts::Administrator;
use crate::local::model::{NewPostings, NewStaffAccount, StaffAccount};
use crate::person::StaffId;

platform::problem_responses! {
    pub(crate) AccountListProblems: 400, 401, 403, 409;
    pub(crate) InviteProblems: 400, 401, 403, 409, 413, 415, 422;
    pub(crate) PostingsProblems: 400, 401, 403, 404, 409, 413, 415, 422;
    pub(crate) AccountProblems: 401, 403, 404, 409;
}

/// Accounts of the portal's own
///
/// Those whose postings all lie in departments that one administers, by login name. That they were looked at is recorded.
#[utoipa::path(tag = "staff-accounts", operation_id = "listStaffAccounts", security(("bearer" = [])), params(PageQuery),
    responses((status = 200, description = "A page of them", body = Page<StaffAccount>), AccountListProblems))]
#[get("/v1/staff-accounts")]
pub(super) async fn list(
    administrator: Administrator,
    query: Query<PageQuery>,
) -> Result<impl Responder> {
    Ok(HttpResponse::Ok().json(administrator.list(&query.0).await?))
}

/// Invite somebody of the staff
///
/// Mails a code that is good once, for 72 hours. Whoever has it sets a password and enrols an authenticator. One invites only
/// into departments that one administers. The login name may be one that the staff file knows under the issuer
/// `urn:madoguchi:local`.
#[utoipa::path(tag = "staff-accounts", operation_id = "inviteStaff", security(("bearer" = [])), request_body = NewStaffAccount,
    responses((status = 201, description = "The invitation is on its way", body = StaffAccount), InviteProblems))]
#[post("/v1/staff-accounts")]
pub(super) async fn invite(
    administrator: Administrator,
    body: Json<NewStaffAccount>,
) -> Result<impl Responder> {
    Ok(HttpResponse::Created().json(administrator.invite(&body.0).await?))
}

/// Change what somebody does
///
/// These are the account's postings from now on: what is missing ends today, what is new begins. Postings that came from the
/// staff file stay the file's. One gives only what lies in departments that one administers.
#[utoipa::path(tag = "staff-accounts", operation_id = "setStaffAccountPostings", security(("bearer" = [])),
    params(("id" = StaffId, Path, description = "The account")), request_body = NewPostings,
    responses((status = 200, description = "It holds them", body = StaffAccount), PostingsProblems))]
#[put("/v1/staff-accounts/{id}/postings")]
pub(super) async fn set_postings(
    administrator: Administrator,
    id: Path<StaffId>,
    body: Json<NewPostings>,
) -> Result<impl Responder> {
    let setting = administrator.set_postings(*id, &body.0.postings);
    Ok(HttpResponse::Ok().json(setting.await?))
}

/// Reset an account
///
/// Takes password, authenticator and recovery codes away, ends all logins with their next request, and mails a new
/// invitation. For whoever has lost their authenticator, or has somebody else know the password.
#[utoipa::path(tag = "staff-accounts", operation_id = "resetStaffAccount", security(("bearer" = [])),
    params(("id" = StaffId, Path, description = "The account")),
    responses((status = 200, description = "The invitation is on its way", body = StaffAccount), AccountProblems))]
#[post("/v1/staff-accounts/{id}/reset")]
pub(super) async fn reset(
    administrator: Administrator,
    id: Path<StaffId>,
) -> Result<impl Responder> {
    Ok(HttpResponse::Ok().json(administrator.reset(*id).await?))
}

/// Disable an account
///
/// Shuts its owner out from their next request on.
#[utoipa::path(tag = "staff-accounts", operation_id = "disableStaffAccount", security(("bearer" = [])),
    params(("id" = StaffId, Path, description = "The account")),
    responses((status = 204, description = "It is disabled"), AccountProblems))]
#[post("/v1/staff-accounts/{id}/disable")]
pub(super) async fn disable(
    administrator: Administrator,
    id: Path<StaffId>,
) -> Result<impl Responder> {
    administrator.set_disabled(*id, true).await?;
    Ok(HttpResponse::NoContent())
}

/// Enable an account
///
/// Lets its owner sign in again; logins from before stay over.
#[utoipa::path(tag = "staff-accounts", operation_id = "enableStaffAccount", security(("bearer" = [])),
    params(("id" = StaffId, Path, description = "The account")),
    responses((status = 204, description = "It is enabled"), AccountProblems))]
#[post("/v1/staff-accounts/{id}/enable")]
pub(super) async fn enable(
    administrator: Administrator,
    id: Path<StaffId>,
) -> Result<impl Responder> {
    administrator.set_disabled(*id, false).await?;
    Ok(HttpResponse::NoContent())
}
