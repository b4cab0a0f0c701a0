//! Query strings: strict and validated.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};
use validator::Validate;

use crate::error::{Error, Result};
use crate::problem::Code;

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
    let value = actix_web::web::Query::<T>::from_query(query)
        .map_err(|error| Error::new(Code::InvalidQuery).detail(error.to_string()))?
        .into_inner();
    value.validate().map_err(|errors| {
        let names: Vec<_> = errors.errors().keys().map(ToString::to_string).collect();
        Error::new(Code::InvalidQuery)
            .detail(format!("{} の値が正しくありません。", names.join("、")))
    })?;
    Ok(Query(value))
}
