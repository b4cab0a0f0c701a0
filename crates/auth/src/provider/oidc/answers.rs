//! Asking a provider over HTTP: no redirects, a limit of time, a limit of size.

use std::time::Duration;

use platform::{Code, Error, Result};
use reqwest::{RequestBuilder, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Longest answer read from a provider, in bytes.
const LONGEST_ANSWER: usize = 256 * 1024;
/// What a token endpoint may say of a request that it refuses (RFC 6749 5.2).
const ERROR_CODES: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];

/// A client that follows no redirect: an answer from elsewhere is not the provider's.
pub(super) fn client(timeout: Duration) -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(timeout)
        .build()
        .map_err(Error::internal)
}

/// What the provider answers about a login, in JSON; a refusal ends the login.
pub(super) async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T> {
    ask(request, Code::LoginFailed).await
}

/// What the provider has for everybody; when it refuses that, no login can be the reason.
pub(super) async fn published<T: DeserializeOwned>(request: RequestBuilder) -> Result<T> {
    ask(request, Code::IdentityProviderUnavailable).await
}

async fn ask<T: DeserializeOwned>(request: RequestBuilder, refusal: Code) -> Result<T> {
    let response = request.send().await.map_err(unavailable)?;
    let status = response.status();
    let refused = status.is_client_error();
    if !refused && !status.is_success() {
        return Err(unavailable(format!("the provider answered {status}")));
    }
    let body = body(response).await?;
    if refused {
        let why = format!("the provider answered {status} {}", error_code(&body));
        return Err(Error::new(refusal).because(why));
    }
    serde_json::from_slice(&body).map_err(unavailable)
}

async fn body(mut response: Response) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(unavailable("the provider's answer is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The `error` of RFC 6749 5.2, for the log; whatever else the provider wrote there is kept out of it.
fn error_code(body: &[u8]) -> &'static str {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
    }
    let refusal: Option<Refusal> = serde_json::from_slice(body).ok();
    let known = |code: &&&str| {
        refusal
            .as_ref()
            .is_some_and(|refusal| refusal.error == **code)
    };
    ERROR_CODES.iter().find(known).copied().unwrap_or_default()
}

pub(super) fn failed(why: &'static str) -> Error {
    Error::new(Code::LoginFailed).because(why)
}

pub(in crate::provider) fn unavailable(
    why: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(Code::IdentityProviderUnavailable).because(why)
}
