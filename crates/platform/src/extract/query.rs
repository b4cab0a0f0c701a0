//! Query strings: strict and validated.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use url::form_urlencoded;
use validator::Validate;

use crate::error::{Error, Result};
use crate::problem::Code;

/// More of a parameter's name is not repeated: it may be the client's invention.
const LONGEST_NAME: usize = 40;

/// A query string, deserialized and validated.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()))
    }
}

fn parse<T: DeserializeOwned + Validate>(query: &str) -> Result<Query<T>> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let value: T = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs))
        .map_err(|error| Error::new(Code::InvalidQuery).detail(explain(&error)))?;
    value.validate().map_err(|errors| {
        let names: Vec<_> = errors.errors().keys().map(ToString::to_string).collect();
        Error::new(Code::InvalidQuery)
            .detail(format!("{} の値が正しくありません。", names.join("、")))
    })?;
    Ok(Query(value))
}

fn explain(error: &serde_path_to_error::Error<serde_urlencoded::de::Error>) -> String {
    let text = error.inner().to_string();
    // Both are names of ours, and both go without a path.
    let after = |prefix| text.strip_prefix(prefix)?.split('`').next();
    if let Some(name) = after("missing field `") {
        return format!("{name} を指定してください。");
    }
    if let Some(name) = after("duplicate field `") {
        return format!("{name} が二度指定されています。");
    }
    let name = error.path().iter().find_map(|segment| match segment {
        Segment::Map { key } => Some(key.chars().take(LONGEST_NAME).collect::<String>()),
        _ => None,
    });
    match name {
        Some(name) if text.starts_with("unknown field") => {
            format!("{name} という条件は指定できません。")
        }
        Some(name) => format!("{name} の値が正しくありません。"),
        None => "条件の書き方が正しくありません。".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        year: i32,
        #[validate(range(max = 100))]
        limit: Option<i64>,
    }

    fn detail(query: &str) -> String {
        let error = parse::<Wanted>(query).unwrap_err();
        assert_eq!(error.code(), Code::InvalidQuery);
        let body = actix_web::ResponseError::error_response(&error).into_body();
        let body = actix_web::body::MessageBody::try_into_bytes(body).unwrap();
        let problem: crate::problem::Problem = serde_json::from_slice(&body).unwrap();
        problem.detail.unwrap()
    }

    #[test]
    fn a_wrong_parameter_is_named_in_plain_japanese() {
        for (query, expected) in [
            ("", "year を指定してください。"),
            ("year=x", "year の値が正しくありません。"),
            ("year=1&limit=101", "limit の値が正しくありません。"),
            ("year=1&limit=many", "limit の値が正しくありません。"),
            ("year=1&year=2", "year が二度指定されています。"),
            ("year=1&colour=red", "colour という条件は指定できません。"),
        ] {
            assert_eq!(detail(query), expected, "{query}");
        }
        let Query(wanted) = parse::<Wanted>("year=2026&limit=5").unwrap();
        assert_eq!((wanted.year, wanted.limit), (2026, Some(5)));
    }

    #[test]
    fn what_a_client_invents_is_not_repeated_at_length() {
        let invented = "x".repeat(10_000);
        let detail = detail(&format!("year=1&{invented}=1"));
        assert!(detail.chars().count() < 100, "{detail}");
    }
}
