//! Logging in and out, on both listeners.
//!
//! - `GET /v1/auth/providers` where one can log in
//! - `GET /v1/auth/login` to the provider
//! - `GET /v1/auth/callback` back from it, with tokens
//! - `POST /v1/auth/refresh` the next tokens
//! - `POST /v1/auth/logout` no more tokens
//! - `POST /v1/auth/email-code`, `…/login` with a mail address alone: [`email_login`]
//! - `/v1/mandates` for whom I may act, and who for me: [`mandates`], [`mandate_queue`]
//! - `GET /v1/me` who am I
//! - `GET /v1/me/sessions`, `DELETE /v1/me/sessions/{id}` my logins: [`sessions`]
//! - `POST /v1/auth/local/…` password, second factor, enrolment: [`local`]
//! - `/v1/staff-accounts` who has an account of the portal's own: [`staff_accounts`]
//! - `PUT`, `DELETE /v1/me/email`, `POST /v1/me/email/verify` where to write to me: [`email`]

mod email;
mod email_login;
mod local;
mod mandate_queue;
mod mandates;
mod sessions;
mod staff_accounts;

use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder, get, post};
use chrono::{DateTime, Utc};
use keys::Keys;
use platform::extract::{Json, Query, RequestId};
use platform::{Clock, Db, Error, Randomness, Result};
use serde_json::{Map, Value};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Resident, Staff, is_from_our_pages, session_cookie};
use crate::address::Address;
use crate::assurance::Assurance;
use crate::contacts;
use crate::cookie;
use crate::login::{self, Admission, Callback, Finished};
use crate::model::{
    CallbackQuery, HeldPosting, LoginClass, LoginMethod, LoginQuery, LogoutRequest,
    ProfileAttributes, Provider, ProviderList, RefreshRequest, ResidentProfile, Session,
    StaffProfile, Tokens,
};
use crate::provider::{Method, Registered};
use crate::residents::{self, Attributes};
use crate::session::Client;
use crate::store;
use crate::token::{self, ACCESS_LIFETIME, Claims, Realm};

platform::problem_responses! {
    pub(crate) StartProblems: 400, 502;
    pub(crate) CallbackProblems: 400, 502;
    pub(crate) RefreshProblems: 400, 401, 413, 415, 422;
    pub(crate) LogoutProblems: 400, 413, 415, 422;
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
        .service(local::check_password)
        .service(local::check_second_factor)
        .service(local::begin_enrolment)
        .service(local::confirm_enrolment)
        .service(staff_accounts::list)
        .service(staff_accounts::invite)
        .service(staff_accounts::reset)
        .service(staff_accounts::disable)
        .service(staff_accounts::enable);
}

fn register_shared(config: &mut ServiceConfig<'_>) {
    config
        .service(list_providers)
        .service(start_login)
        .service(finish_login)
        .service(refresh_token)
        .service(logout);
}

/// Where one can log in
#[utoipa::path(tag = "auth", operation_id = "listProviders",
    responses((status = 200, description = "The identity providers", body = ProviderList)))]
#[get("/v1/auth/providers")]
async fn list_providers(realm: Data<Realm>) -> impl Responder {
    let class = |(acr, levels): (&String, &Assurance)| LoginClass {
        acr: acr.clone(),
        ial: levels.ial,
        aal: levels.aal,
    };
    let provider = |known: &Registered| Provider {
        id: known.id.clone(),
        method: match known.method {
            Method::Redirect(_) => LoginMethod::Redirect,
            Method::EmailCode => LoginMethod::EmailCode,
        },
        name: known.name.clone(),
        classes: known.assurance.iter().map(class).collect(),
    };
    HttpResponse::Ok().json(ProviderList {
        items: realm.providers.list().map(provider).collect(),
        local_accounts: realm.local_accounts,
    })
}

/// Begin a login
///
/// Sends the person to the identity provider and binds the login to this browser by a cookie. When an answer asked for a
/// better login (`insufficient_user_authentication`), `acr_values` and `max_age` of its `WWW-Authenticate` are given here.
#[utoipa::path(tag = "auth", operation_id = "startLogin", params(LoginQuery),
    responses(
        (status = 302, description = "To the identity provider", headers(
            ("location" = String, description = "The provider's authorization endpoint"),
            ("set-cookie" = String, description = "Ties the login to this browser"))),
        StartProblems))]
#[get("/v1/auth/login")]
async fn start_login(
    realm: Data<Realm>,
    db: Db,
    clock: Clock,
    randomness: Randomness,
    query: Query<LoginQuery>,
) -> Result<impl Responder> {
    let started = login::start(&db, &realm, &randomness, &query.0, clock.now()).await?;
    Ok(HttpResponse::Found()
        .insert_header((header::LOCATION, started.location))
        .cookie(cookie::Name::Login.write(&realm, started.browser, Duration::minutes(10)))
        .finish())
}

/// Finish a login
///
/// The identity provider sends the person here. Answers the first tokens, or sends a browser that a web page sent back to
/// it: logged in by cookie, or with `login_error` in the query, the code of a problem.
#[utoipa::path(tag = "auth", operation_id = "finishLogin", params(CallbackQuery),
    responses(
        (status = 200, description = "Logged in", body = Tokens),
        (status = 303, description = "Back to the web page", headers(
            ("location" = String, description = "The page"),
            ("set-cookie" = String, description = "The session; the cookie of the login is cleared"))),
        CallbackProblems))]
#[get("/v1/auth/callback")]
#[expect(clippy::too_many_arguments, reason = "a handler names all it needs")]
async fn finish_login(
    http: HttpRequest,
    realm: Data<Realm>,
    db: Db,
    keys: Data<Keys>,
    clock: Clock,
    randomness: Randomness,
    request: RequestId,
    query: Query<CallbackQuery>,
) -> Result<impl Responder> {
    let now = clock.now();
    let callback = Callback {
        database: &db,
        browser: cookie::Name::Login.read(&http, &realm),
        admission: Admission {
            realm: &realm,
            keys: &keys,
            randomness: &randomness,
            request,
            session: cookie::Name::Session.read(&http, &realm),
            now,
        },
    };
    let finished = callback.finish(query.0).await?;
    let used = cookie::Name::Login.clear(&realm);
    match finished {
        Finished::App(session) => Ok(HttpResponse::Ok()
            .cookie(used)
            .json(tokens(&keys, &realm, session, now)?)),
        Finished::Web { location, session } => {
            let mut response = HttpResponse::SeeOther();
            response.insert_header((header::LOCATION, location.as_str()));
            response.cookie(used);
            if let Some(session) = session {
                response.cookie(web_session(&realm, session));
            }
            Ok(response.finish())
        }
    }
}

/// The next tokens for a refresh token
///
/// A refresh token is good for one use. Presenting a used one whose successor has been used too, or one that another has
/// superseded, ends the login.
#[utoipa::path(tag = "auth", operation_id = "refreshToken", request_body = RefreshRequest,
    responses((status = 200, description = "The next tokens", body = Tokens), RefreshProblems))]
#[post("/v1/auth/refresh")]
async fn refresh_token(
    realm: Data<Realm>,
    db: Db,
    keys: Data<Keys>,
    clock: Clock,
    randomness: Randomness,
    request: RequestId,
    body: Json<RefreshRequest>,
) -> Result<impl Responder> {
    let now = clock.now();
    let token = &body.0.refresh_token;
    let session = login::refresh(&db, &realm, &randomness, request, token, now).await?;
    Ok(HttpResponse::Ok().json(tokens(&keys, &realm, session, now)?))
}

/// End a login
///
/// By its refresh token, or by the cookie of a web page.
#[utoipa::path(tag = "auth", operation_id = "logout", request_body = LogoutRequest,
    responses((status = 204, description = "The login is over"), LogoutProblems))]
#[post("/v1/auth/logout")]
async fn logout(
    http: HttpRequest,
    realm: Data<Realm>,
    db: Db,
    clock: Clock,
    request: RequestId,
    body: Json<LogoutRequest>,
) -> Result<impl Responder> {
    let now = clock.now();
    if let Some(token) = &body.0.refresh_token {
        login::log_out(&db, &realm, request, token, now).await?;
        return Ok(HttpResponse::NoContent().finish());
    }
    let session = session_cookie(&http, &realm).ok_or_else(no_session)?;
    login::log_out_of_web(&db, &realm, request, &session, now).await?;
    Ok(HttpResponse::NoContent()
        .cookie(cookie::Name::Session.clear(&realm))
        .finish())
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
        attributes: attributes.map(profile_attributes),
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
    let held = store::list_postings(&mut conn, staff.id, today).await?;
    let posting = |(role, department)| HeldPosting { role, department };
    Ok(HttpResponse::Ok().json(StaffProfile {
        id: staff.id,
        display_name: store::staff_name(&mut conn, staff.id).await?,
        postings: held.into_iter().map(posting).collect(),
    }))
}

fn tokens(keys: &Keys, realm: &Realm, session: Session, now: DateTime<Utc>) -> Result<Tokens> {
    let claims = Claims {
        sub: session.person_id,
        sid: session.login_id,
        iat: now,
        acr: session.acr,
        assurance: session.assurance,
        auth_time: session.authenticated_at,
        epoch: session.epoch,
    };
    Ok(Tokens {
        access_token: token::issue(keys, realm, &claims)?,
        token_type: "Bearer",
        expires_in: ACCESS_LIFETIME.num_seconds(),
        refresh_token: session.secret,
    })
}

/// A cookie is for the city's own pages.
fn check_pages(http: &HttpRequest, realm: &Realm, client: Client) -> Result<()> {
    if client == Client::App || is_from_our_pages(http, realm) {
        return Ok(());
    }
    let message = "ウェブページとしてログインできるのは、市のウェブページだけです。";
    Err(Error::field("/client", "foreign_page", message))
}

fn web_session(realm: &Realm, session: Session) -> Cookie<'static> {
    let lasts = realm.audience.absolute_lifetime().num_seconds();
    cookie::Name::Session.write(realm, session.secret, Duration::seconds(lasts))
}

/// Also for a cookie that another site sends along: it would log people out.
fn no_session() -> Error {
    let message = "refresh_token を指定するか、ログインしたウェブページから操作してください。";
    Error::field("/refresh_token", "required", message)
}

fn profile_attributes(attributes: Attributes) -> ProfileAttributes {
    let text = |values: &Map<String, Value>, name: &str| {
        values.get(name).and_then(Value::as_str).map(str::to_owned)
    };
    ProfileAttributes {
        name: text(&attributes.values, "name"),
        address: attributes.values.get("address").and_then(Address::of),
        birthdate: text(&attributes.values, "birthdate"),
        gender: text(&attributes.values, "gender"),
        issuer: attributes.issuer,
        verified_at: attributes.verified_at,
    }
}
