//! Shared pieces of the OpenAPI documents.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use utoipa::openapi::{Content, Ref, RefOr, Response, ResponseBuilder};

/// Answers of problem+json for the given statuses, to be used by [`problem_responses`](crate::problem_responses).
pub fn problem_responses(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    statuses
        .iter()
        .map(|status| (status.to_string(), RefOr::T(problem_response(*status))))
        .collect()
}

fn problem_response(status: u16) -> Response {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Problem");
    ResponseBuilder::new()
        .description(reason)
        .content(
            "application/problem+json",
            Content::new(Some(Ref::from_schema_name("Problem"))),
        )
        .build()
}

/// Declares a set of problem statuses for use in `#[utoipa::path(responses(…, Name))]`.
///
/// ```ignore
/// platform::problem_responses!(pub(crate) SubmitProblems: 400, 401, 403, 404, 409, 422);
/// ```
#[macro_export]
macro_rules! problem_responses {
    ($($visibility:vis $name:ident: $($status:literal),+;)+) => {$(
        /// The problem statuses of some operations.
        $visibility struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::Response>,
            > {
                $crate::openapi::problem_responses(&[$($status),+])
            }
        }
    )+};
}
