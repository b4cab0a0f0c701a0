//! Where one can log in, the way to an identity provider and back, the tokens after that, and logging out.

use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder, get, post};
use chrono::{DateTime, Utc};
use keys::Keys;
use platform::extract::{Json, Query, RequestId};
use platform::{Clock, Db, Error, Randomness, Result};

use crate::access::session_cookie;
use crate::assurance::Assurance;
use crate::cookie;
use crate::login::model::{
    CallbackQuery, LoginClass, LoginMethod, LoginQuery, LogoutRequest, Provider, ProviderList,
    RefreshRequest, Tokens,
};
use crate::login::{self, Admission, Callback, Finished, Session};
use crate::provider::{Method, Registered};
use crate::session::Client;
use crate::token::{self, ACCESS_LIFETIME, Claims, Realm};

platform::problem_responses! {
    pub(crate) StartProblems: 400, 502;
    pub(crate) CallbackProblems: 400, 502;
    pub(crate) RefreshProblems: 400, 401, 413, 415, 422;
    pub(crate) LogoutProblems: 400, 413, 415, 422;
}

/// Where one can log in
#[utoipa::path(tag = "auth", operation_id = "listProviders",
    responses((status = 200, description = "The identity providers", body = ProviderList)))]
#[get("/v1/auth/providers")]
pub(super) async fn list_providers(realm: Data<Realm>) -> impl Responder {
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
pub(super) async fn start(
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
pub(super) async fn finish(
    callback: Callback,
    query: Query<CallbackQuery>,
) -> Result<impl Responder> {
    let finished = callback.finish(query.0).await?;
    let Admission {
        keys, realm, now, ..
    } = &callback.admission;
    let used = cookie::Name::Login.clear(realm);
    match finished {
        Finished::App(session) => Ok(HttpResponse::Ok()
            .cookie(used)
            .json(tokens(keys, realm, session, *now)?)),
        Finished::Web { location, session } => {
            let mut response = HttpResponse::SeeOther();
            response.insert_header((header::LOCATION, location.as_str()));
            response.cookie(used);
            if let Some(session) = session {
                response.cookie(web_session(realm, session));
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
pub(super) async fn refresh(
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
pub(super) async fn log_out(
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

fn web_session(realm: &Realm, session: Session) -> Cookie<'static> {
    let lasts = realm.audience.absolute_lifetime().num_seconds();
    cookie::Name::Session.write(realm, session.secret, Duration::seconds(lasts))
}

/// What is answered to whoever has logged in without leaving the page: tokens to an app, a cookie to a browser.
pub(super) fn logged_in(
    admission: &Admission,
    client: Client,
    session: Session,
) -> Result<HttpResponse> {
    let Admission {
        keys, realm, now, ..
    } = admission;
    match client {
        Client::App => Ok(HttpResponse::Ok().json(tokens(keys, realm, session, *now)?)),
        Client::Web => Ok(HttpResponse::NoContent()
            .cookie(web_session(realm, session))
            .finish()),
    }
}

/// Also for a cookie that another site sends along: it would log people out.
fn no_session() -> Error {
    let message = "refresh_token を指定するか、ログインしたウェブページから操作してください。";
    Error::field("/refresh_token", "required", message)
}
