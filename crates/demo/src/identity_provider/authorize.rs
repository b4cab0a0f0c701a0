use actix_web::http::header;
use actix_web::{HttpResponse, web};
use chrono::TimeDelta;
use rand::rngs::SysRng;
use serde::Deserialize;
use url::Url;

use super::person::Person;
use super::{ACR_VALUES, Client, Fault, Login, Provider, Refusal, page};

const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);

/// The parameters of `/authorize`; an empty one counts as left out (RFC 6749 3.1).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct AuthorizationRequest {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
    acr_values: String,
    pub(super) login_hint: String,
}

pub(super) async fn by_link(
    provider: web::Data<Provider>,
    request: web::Query<AuthorizationRequest>,
) -> HttpResponse {
    authorize(&provider, &request)
}

pub(super) async fn by_form(
    provider: web::Data<Provider>,
    request: web::Form<AuthorizationRequest>,
) -> HttpResponse {
    authorize(&provider, &request)
}

fn authorize(provider: &Provider, request: &AuthorizationRequest) -> HttpResponse {
    // Nothing is sent to an address that is not known to be the client's.
    let Some(client) = provider.client(&request.client_id) else {
        return page::refusal("client_id が登録されていません。");
    };
    if !client.redirect_uris.contains(&request.redirect_uri) {
        return page::refusal("redirect_uri が登録されたものと一致しません。");
    }
    if let Err(refusal) = request.check() {
        return refused(provider, request, &refusal);
    }
    match provider.person(client.population, &request.login_hint) {
        Some(person) => log_in(provider, client, request, person),
        None => page::choice(client.population, request),
    }
}

fn log_in(
    provider: &Provider,
    client: &Client,
    request: &AuthorizationRequest,
    person: Person,
) -> HttpResponse {
    let now = provider.now();
    let login = Login {
        person,
        acr: request.granted().unwrap_or(person.acr()),
        auth_time: now,
        client_id: client.client_id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        scope: request.scope.clone(),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.clone(),
    };
    match provider
        .codes
        .issue(login, now + CODE_LIFETIME, &mut SysRng)
    {
        Ok(code) => send_back(provider, request, &[("code", &code)]),
        Err(_) => refused(provider, request, &Refusal::server_error()),
    }
}

fn refused(provider: &Provider, request: &AuthorizationRequest, refusal: &Refusal) -> HttpResponse {
    let answer = [
        ("error", refusal.code),
        ("error_description", refusal.description),
    ];
    send_back(provider, request, &answer)
}

/// Redirects to the client with the answer, the request's `state` and the issuer (RFC 9207).
fn send_back(
    provider: &Provider,
    request: &AuthorizationRequest,
    answer: &[(&str, &str)],
) -> HttpResponse {
    let Ok(mut location) = Url::parse(&request.redirect_uri) else {
        return page::refusal("redirect_uri が URL ではありません。");
    };
    let issuer = if provider.faults.has(Fault::WrongResponseIssuer) {
        "https://another-provider.example"
    } else {
        &provider.settings.issuer
    };
    let mut query = location.query_pairs_mut();
    query.extend_pairs(answer).append_pair("iss", issuer);
    if !request.state.is_empty() {
        query.append_pair("state", &request.state);
    }
    drop(query);
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, location.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish()
}

impl AuthorizationRequest {
    /// The rules of デジタル認証アプリ: `state`, `nonce` and PKCE `S256` are mandatory.
    fn check(&self) -> Result<(), Refusal> {
        let invalid = |description| Err(Refusal::new("invalid_request", description));
        if self.response_type != "code" {
            let description = "response_type must be code";
            return Err(Refusal::new("unsupported_response_type", description));
        }
        if !self.scope.split(' ').any(|scope| scope == "openid") {
            return Err(Refusal::new("invalid_scope", "scope must contain openid"));
        }
        if !is_opaque_value(&self.state) {
            return invalid("state must be 1 to 255 printable ASCII characters");
        }
        if !is_opaque_value(&self.nonce) {
            return invalid("nonce must be 1 to 255 printable ASCII characters");
        }
        if self.code_challenge_method != "S256" {
            return invalid("code_challenge_method must be S256");
        }
        if !is_sha256(&self.code_challenge) {
            return invalid("code_challenge must be 43 base64url characters");
        }
        Ok(())
    }

    /// The first class asked for that can be granted.
    fn granted(&self) -> Option<&'static str> {
        let known = |asked: &str| ACR_VALUES.into_iter().find(|known| *known == asked);
        self.acr_values.split(' ').find_map(known)
    }

    /// What the page has to send again with the chosen person.
    pub(super) fn to_repeat(&self) -> [(&'static str, &str); 9] {
        [
            ("response_type", &self.response_type),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", &self.scope),
            ("state", &self.state),
            ("nonce", &self.nonce),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", &self.code_challenge_method),
            ("acr_values", &self.acr_values),
        ]
    }
}

fn is_opaque_value(value: &str) -> bool {
    (1..=255).contains(&value.len()) && value.bytes().all(|byte| matches!(byte, 0x20..=0x7E))
}

/// Whether this can be an unpadded base64url SHA-256.
fn is_sha256(challenge: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    challenge.len() == 43 && challenge.bytes().all(is_base64url)
}
