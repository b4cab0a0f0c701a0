//! Headers with a meaning of their own: `If-Match`, `Idempotency-Key`, the request id.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::problem::Code;

/// The version a write expects, from `If-Match: "3"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub i32);

impl IfMatch {
    /// Compares with the version just locked.
    ///
    /// # Errors
    /// `version_mismatch` (412) when somebody else was faster.
    pub fn check(self, version: i32) -> Result<()> {
        if self.0 == version {
            Ok(())
        } else {
            Err(Error::new(Code::VersionMismatch))
        }
    }
}

/// The `ETag` of a version.
pub fn etag(version: i32) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("\"{version}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"0\""));
    (header::ETAG, value)
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(if_match(request))
    }
}

fn if_match(request: &HttpRequest) -> Result<IfMatch> {
    let value = request
        .headers()
        .get(header::IF_MATCH)
        .ok_or(Code::PreconditionRequired)?;
    value
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix('"')?.strip_suffix('"')?.parse().ok())
        .map(IfMatch)
        .ok_or_else(|| {
            Error::new(Code::InvalidHeader)
                .detail("If-Match は \"3\" のように ETag の値をそのまま指定してください。")
        })
}

/// A client's name for one attempt, from `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header):
/// 1 to 255 printable ASCII characters, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl FromRequest for IdempotencyKey {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(idempotency_key(request))
    }
}

fn idempotency_key(request: &HttpRequest) -> Result<IdempotencyKey> {
    let Some(value) = request.headers().get("idempotency-key") else {
        return Ok(IdempotencyKey(None));
    };
    match value.to_str() {
        Ok(text) if (1..=255).contains(&text.len()) => Ok(IdempotencyKey(Some(text.to_owned()))),
        _ => Err(Error::new(Code::InvalidHeader)
            .detail("Idempotency-Key は 1〜255 文字の半角英数字・記号で指定してください。")),
    }
}

/// The id of the request in hand: in every answer, log line and audit row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl FromRequest for RequestId {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            request
                .extensions()
                .get::<Self>()
                .copied()
                .ok_or_else(|| Error::internal("the request went past the telemetry middleware")),
        )
    }
}
