//! Logging in and out, on both listeners.
//!
//! - `/v1/auth/…` to the provider, back from it, and the tokens after: [`login`]
//! - `/v1/auth/email-code`, `…/login` with a mail address alone: [`email_login`]
//! - `/v1/auth/local/…` password, second factor, enrolment: [`local`]
//! - `GET /v1/me` who am I
//! - `/v1/me/sessions` my logins: [`sessions`]
//! - `/v1/me/email` where to write to me: [`email`]
//! - `/v1/mandates` for whom I may act, and who for me: [`mandates`], [`mandate_queue`]
//! - `/v1/me/registration`, `/v1/registrations` which person of the city's register I am: [`registration`], [`registration_queue`]
//! - `/v1/relinks` that a new login leads to who its owner was before: [`relinks`]
//! - `/v1/staff-accounts` who has an account of the portal's own: [`staff_accounts`]

mod email;
mod email_login;
mod local;
mod login;
mod mandate_queue;
mod mandates;
mod registrar;
mod registration;
mod registration_queue;
mod relinks;
mod sessions;
mod staff_accounts;

use actix_web::web::Data;
use actix_web::{HttpResponse, Responder, get};
use keys::Keys;
use platform::{Clock, Db, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Resident, Staff};
use crate::contacts;
use crate::model::{ProfileAttributes, ResidentProfile, StaffProfile};
use crate::residents;
use crate::store;

platform::problem_responses! {
    pub(crate) ResidentProblems: 401;
    pub(crate) StaffProblems: 401, 403;
}

/// Registers the routes of the residents' listener.
pub fn register_resident(config: &mut ServiceConfig<'_>) {
    register_shared(config);
    config
        .service(get_resident)
        .service(sessions::list_of_resident)
        .service(sessions::end_of_resident)
        .service(mandates::claim)
        .service(mandates::list)
        .service(mandates::offer)
        .service(mandates::accept)
        .service(mandates::get)
        .service(mandates::end)
        .service(registration::request)
        .service(registration::get)
        .service(registration::end)
        .service(email_login::send)
        .service(email_login::log_in)
        .service(email::set)
        .service(email::verify)
        .service(email::remove);
}

/// Registers the routes of the staff listener.
pub fn register_staff(config: &mut ServiceConfig<'_>) {
    register_shared(config);
    config
        .service(get_staff)
        .service(sessions::list_of_staff)
        .service(sessions::end_of_staff)
        .service(mandate_queue::list)
        .service(mandate_queue::get)
        .service(mandate_queue::verify)
        .service(mandate_queue::refuse)
        .service(mandate_queue::end)
        .service(registration_queue::list)
        .service(registration_queue::get)
        .service(registration_queue::link)
        .service(registration_queue::refuse)
        .service(registration_queue::end)
        .service(registration_queue::find_mistaken)
        .service(relinks::list)
        .service(relinks::propose)
        .service(relinks::get)
        .service(relinks::approve)
        .service(relinks::refuse)
        .service(local::check_password)
        .service(local::check_second_factor)
        .service(local::begin_enrolment)
        .service(local::confirm_enrolment)
        .service(staff_accounts::list)
        .service(staff_accounts::invite)
        .service(staff_accounts::set_postings)
        .service(staff_accounts::reset)
        .service(staff_accounts::disable)
        .service(staff_accounts::enable);
}

fn register_shared(config: &mut ServiceConfig<'_>) {
    config
        .service(login::list_providers)
        .service(login::start)
        .service(login::finish)
        .service(login::refresh)
        .service(login::log_out);
}

/// The resident who asks
#[utoipa::path(tag = "auth", operation_id = "getMe", security(("bearer" = [])),
    responses((status = 200, description = "Who they are", body = ResidentProfile), ResidentProblems))]
#[get("/v1/me")]
async fn get_resident(resident: Resident, db: Db, keys: Data<Keys>) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let attributes = residents::attributes(&mut conn, &keys, resident.id).await?;
    Ok(HttpResponse::Ok().json(ResidentProfile {
        id: resident.id,
        acr: resident.acr,
        ial: resident.assurance.ial,
        aal: resident.assurance.aal,
        authenticated_at: resident.authenticated_at,
        attributes: attributes.as_ref().map(ProfileAttributes::from),
        email: contacts::email(&mut conn, &keys, resident.id).await?,
    }))
}

/// The member of staff who asks
#[utoipa::path(tag = "auth", operation_id = "getMe", security(("bearer" = [])),
    responses((status = 200, description = "Who they are", body = StaffProfile), StaffProblems))]
#[get("/v1/me")]
async fn get_staff(staff: Staff, db: Db, clock: Clock) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let today = calendar::jst_date(clock.now());
    Ok(HttpResponse::Ok().json(StaffProfile {
        id: staff.id,
        display_name: store::staff_name(&mut conn, staff.id).await?,
        postings: store::list_postings(&mut conn, staff.id, today).await?,
    }))
}
