use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use rand::rngs::SysRng;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::assertion::Assertion;
use super::signing::IdToken;
use super::{Client, Credential, Fault, Login, Provider, Refusal};

/// Longer than any client waits.
const STALL: Duration = Duration::from_secs(60);
const ACCESS_TOKEN_LIFETIME: TimeDelta = TimeDelta::minutes(5);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TokenRequest {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
    #[serde(flatten)]
    assertion: Assertion,
}

pub(super) async fn exchange(
    provider: web::Data<Provider>,
    http: HttpRequest,
    request: web::Form<TokenRequest>,
) -> HttpResponse {
    if let Some(answer) = faulty_answer(&provider, &http).await {
        return answer;
    }
    let answer = authenticate(&provider, &http, &request)
        .and_then(|client| Ok((client, redeem(&provider, client, &request)?)))
        .and_then(|(client, login)| tokens(&provider, client, login));
    match answer {
        Ok(tokens) => HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(tokens),
        Err(refusal) => refused(&refusal),
    }
}

/// What comes instead of an answer about the code.
async fn faulty_answer(provider: &Provider, http: &HttpRequest) -> Option<HttpResponse> {
    let faults = &provider.faults;
    if faults.has(Fault::TokenEndpointStalls) {
        tokio::time::sleep(STALL).await;
    }
    if faults.has(Fault::TokenEndpointDown) {
        return Some(HttpResponse::InternalServerError().finish());
    }
    if faults.has(Fault::TokenEndpointRedirects) {
        return sent_on(http);
    }
    faults.has(Fault::EndlessTokenAnswer).then(|| {
        let blanks = web::Bytes::from_static(&[b' '; 64 * 1024]);
        let endless =
            futures_util::stream::repeat_with(move || Ok::<_, Infallible>(blanks.clone()));
        HttpResponse::Ok().streaming(endless)
    })
}

/// A redirect to where a good answer is waiting for whoever follows it.
pub(super) fn sent_on(http: &HttpRequest) -> Option<HttpResponse> {
    let elsewhere = (header::LOCATION, format!("{}?followed", http.path()));
    let mut answer = HttpResponse::TemporaryRedirect();
    (http.query_string() != "followed").then(|| answer.insert_header(elsewhere).finish())
}

/// The client, by the one method that it is registered with.
fn authenticate<'a>(
    provider: &'a Provider,
    http: &HttpRequest,
    request: &TokenRequest,
) -> Result<&'a Client, Refusal> {
    by_secret(provider, http)
        .or_else(|| request.assertion.client(provider))
        .ok_or_else(|| Refusal::new("invalid_client", "the client did not authenticate"))
}

/// The client named by `client_secret_basic` (RFC 6749 2.3.1).
fn by_secret<'a>(provider: &'a Provider, http: &HttpRequest) -> Option<&'a Client> {
    let (client_id, secret) = basic_credentials(http)?;
    let client = provider.client(&client_id)?;
    let Credential::Secret(expected) = &client.credential else {
        return None;
    };
    verify_slices_are_equal(expected.as_bytes(), secret.as_bytes()).ok()?;
    Some(client)
}

fn basic_credentials(http: &HttpRequest) -> Option<(String, String)> {
    let value = http.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    let (client_id, secret) = decoded.split_once(':')?;
    Some((form_decoded(client_id), form_decoded(secret)))
}

fn form_decoded(encoded: &str) -> String {
    form_urlencoded::parse(encoded.as_bytes())
        .map(|(text, _)| text.into_owned())
        .collect()
}

/// The login behind the code; the code is gone afterwards, whatever the outcome.
fn redeem(provider: &Provider, client: &Client, request: &TokenRequest) -> Result<Login, Refusal> {
    if request.grant_type != "authorization_code" {
        let description = "grant_type must be authorization_code";
        return Err(Refusal::new("unsupported_grant_type", description));
    }
    let invalid = |description| Refusal::new("invalid_grant", description);
    let login = provider
        .codes
        .redeem(&request.code, provider.now())
        .ok_or_else(|| invalid("the code is unknown, used or expired"))?;
    if login.client_id != client.client_id {
        return Err(invalid("the code belongs to another client"));
    }
    if login.redirect_uri != request.redirect_uri {
        return Err(invalid("redirect_uri is not the one of the request"));
    }
    if !answers(&request.code_verifier, &login.code_challenge) {
        return Err(invalid("code_verifier does not answer the challenge"));
    }
    Ok(login)
}

/// Whether the verifier has the form of RFC 7636 4.1 and hashes to the challenge.
fn answers(verifier: &str, challenge: &str) -> bool {
    let is_allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(is_allowed)
        && BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

fn tokens(provider: &Provider, client: &Client, login: Login) -> Result<Value, Refusal> {
    let now = provider.now();
    let access_token = provider
        .access_tokens
        .issue(login.clone(), now + ACCESS_TOKEN_LIFETIME, &mut SysRng)
        .map_err(|_| Refusal::server_error())?;
    let extra = provider.extra_claims.of(login.person.login());
    let id_token = IdToken::new(&provider.settings.issuer, &login, &access_token, extra, now)
        .tampered(&provider.faults);
    let id_token = provider
        .keys
        .sign(&id_token, client, &provider.faults)
        .map_err(|_| Refusal::server_error())?;
    Ok(json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_LIFETIME.num_seconds(),
        "scope": login.scope,
        "id_token": id_token,
    }))
}

/// The error answer of RFC 6749 5.2.
fn refused(refusal: &Refusal) -> HttpResponse {
    let mut response = match refusal.code {
        "invalid_client" => HttpResponse::Unauthorized(),
        "server_error" => HttpResponse::InternalServerError(),
        _ => HttpResponse::BadRequest(),
    };
    if refusal.code == "invalid_client" {
        response.insert_header((header::WWW_AUTHENTICATE, r#"Basic realm="demo""#));
    }
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "error": refusal.code, "error_description": refusal.description }))
}
