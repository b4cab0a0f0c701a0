//! JSON bodies: limited, timed, strict, validated.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use super::app_state;
use crate::error::{Error, Result};
use crate::pointer::child;
use crate::problem::{Code, FieldError};

/// How large a JSON body may be and how long it may take to arrive.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Bytes.
    pub bytes: usize,
    /// From the first byte of the body to the last.
    pub timeout: Duration,
}

/// A JSON body, deserialized and validated.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = declared_as_json(request);
        let limits = app_state::<BodyLimits>(request);
        let payload = payload.take();
        Box::pin(async move {
            declared?;
            let body = read(payload, limits?).await?;
            parse(&body).map(Json)
        })
    }
}

fn declared_as_json(request: &HttpRequest) -> Result<()> {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    match content_type {
        Some(value) if value.eq_ignore_ascii_case("application/json") => Ok(()),
        _ => Err(Error::new(Code::UnsupportedMediaType)
            .detail("Content-Type: application/json で送ってください。")),
    }
}

async fn read(payload: Payload, limits: BodyLimits) -> Result<Bytes> {
    tokio::time::timeout(limits.timeout, read_up_to(payload, limits.bytes))
        .await
        .map_err(|_| Error::new(Code::BodyTimeout))?
}

async fn read_up_to(mut payload: Payload, limit: usize) -> Result<Bytes> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|error| Error::new(Code::MalformedJson).because(error.to_string()))?;
        if body.len() + chunk.len() > limit {
            return Err(Error::new(Code::BodyTooLarge)
                .detail(format!("{limit} バイトまで送ることができます。")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn parse<T: DeserializeOwned + Validate>(body: &[u8]) -> Result<T> {
    refuse_nul(body)?;
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = pointer_of(error.path());
        unreadable(error.into_inner(), pointer)
    })?;
    deserializer
        .end()
        .map_err(|error| unreadable(error, String::new()))?;
    value.validate().map_err(invalid)?;
    Ok(value)
}

/// JSON may spell U+0000, PostgreSQL's text cannot hold it.
fn refuse_nul(body: &[u8]) -> Result<()> {
    const ESCAPE: &[u8] = b"\\u0000";
    if !body.windows(ESCAPE.len()).any(|window| window == ESCAPE) {
        return Ok(());
    }
    // The escape may itself be escaped; only the parsed text tells.
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => match nul_pointer(&value, "") {
            Some(pointer) => Err(Error::field(
                pointer,
                "nul_character",
                "使用できない文字（U+0000）が含まれています。",
            )),
            None => Ok(()),
        },
        Err(error) => Err(unreadable(error, String::new())),
    }
}

/// Where a text or a name holds U+0000, as a JSON Pointer.
pub(crate) fn nul_pointer(value: &Value, pointer: &str) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(|| pointer.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(index, item)| nul_pointer(item, &format!("{pointer}/{index}"))),
        Value::Object(map) => map.iter().find_map(|(name, item)| {
            if name.contains('\0') {
                return Some(pointer.to_owned());
            }
            nul_pointer(item, &child(pointer, name))
        }),
        _ => None,
    }
}

fn unreadable(error: serde_json::Error, pointer: String) -> Error {
    match error.classify() {
        Category::Data => {
            let text = error.to_string();
            let (code, message) = if text.starts_with("unknown field") {
                ("unknown_field", "この項目は受け付けていません。")
            } else if text.starts_with("missing field") {
                ("required", "必要な項目がありません。")
            } else if text.starts_with("duplicate field") {
                ("duplicate_field", "同じ項目が二度送られています。")
            } else {
                ("wrong_type", "値の種類または書き方が正しくありません。")
            };
            let pointer = match missing_name(&text) {
                Some(name) => child(&pointer, name),
                None => pointer,
            };
            Error::field(pointer, code, message)
        }
        Category::Syntax | Category::Eof | Category::Io => {
            Error::new(Code::MalformedJson).detail(format!(
                "{} 行 {} 文字目を確認してください。",
                error.line(),
                error.column()
            ))
        }
    }
}

/// serde names a missing field in its text only; the path stops at the object that lacks it.
fn missing_name(text: &str) -> Option<&str> {
    text.strip_prefix("missing field `")?.split('`').next()
}

fn pointer_of(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer = child(&pointer, key),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

pub(super) fn invalid(errors: ValidationErrors) -> Error {
    Error::validation(field_errors(&errors))
}

/// Turns what the `validator` derive found into one entry per field.
pub fn field_errors(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    collect(errors, "", &mut found);
    found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    found
}

fn collect(errors: &ValidationErrors, pointer: &str, found: &mut Vec<FieldError>) {
    for (name, kind) in errors.errors() {
        let here = child(pointer, name);
        match kind {
            ValidationErrorsKind::Struct(inner) => collect(inner, &here, found),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(inner, &format!("{here}/{index}"), found);
                }
            }
            ValidationErrorsKind::Field(faults) => {
                found.extend(faults.iter().map(|fault| {
                    FieldError::new(here.clone(), fault.code.to_string(), message_for(fault))
                }));
            }
        }
    }
}

fn message_for(fault: &validator::ValidationError) -> String {
    if let Some(message) = &fault.message {
        return message.to_string();
    }
    match fault.code.as_ref() {
        "length" => "文字数または件数が範囲の外です。",
        "range" => "数値が範囲の外です。",
        _ => "値が正しくありません。",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Letter {
        #[validate(length(min = 1, max = 3))]
        to: String,
        #[serde(default)]
        #[validate(nested)]
        pages: Vec<PageOfLetter>,
    }

    #[derive(Debug, serde::Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct PageOfLetter {
        #[validate(range(min = 1))]
        number: u8,
    }

    fn problem(body: &str) -> (u16, String) {
        use actix_web::ResponseError as _;
        let error = parse::<Letter>(body.as_bytes()).unwrap_err();
        (error.status_code().as_u16(), format!("{error:?}"))
    }

    #[test]
    fn syntax_is_400_and_content_is_422_with_a_pointer() {
        for (body, status, part) in [
            ("{", 400, "MalformedJson"),
            (r#"{"to":"a"} x"#, 400, "MalformedJson"),
            (r#"{}"#, 422, "\"/to\""),
            (r#"{"to":1}"#, 422, "wrong_type"),
            (r#"{"to":"a","cc":"b"}"#, 422, "\"/cc\""),
            (
                r#"{"to":"a","pages":[{"number":"x"}]}"#,
                422,
                "\"/pages/0/number\"",
            ),
            (
                r#"{"to":"a","pages":[{"number":0}]}"#,
                422,
                "\"/pages/0/number\"",
            ),
            (r#"{"to":"abcd"}"#, 422, "\"/to\""),
            (r#"{"to":"a\u0000"}"#, 422, "nul_character"),
        ] {
            let (got, text) = problem(body);
            assert_eq!(got, status, "{body}: {text}");
            assert!(text.contains(part), "{body}: {text}");
        }
    }

    #[test]
    fn an_escaped_backslash_before_u0000_is_plain_text() {
        assert_eq!(parse::<Letter>(br#"{"to":"\\u"}"#).unwrap().to, "\\u");
        assert!(refuse_nul(br#"{"to":"\\u0000"}"#).is_ok());
    }
}
