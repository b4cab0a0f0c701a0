//! Request parts on their way into handlers; whatever is wrong with them becomes a [`Problem`](crate::problem::Problem).

mod headers;
mod json;
mod query;
mod route;

use actix_web::HttpRequest;
use actix_web::web::PathConfig;

use crate::error::{Error, Result};
use crate::problem::Code;

pub use headers::{IdempotencyKey, IfMatch, RequestId, etag};
pub(crate) use json::nul_pointer;
pub use json::{BodyLimits, Json, field_errors};
pub use query::Query;
pub use route::route_pattern;

/// State of the application, put there as `app_data` when it was built.
///
/// # Errors
/// `internal_error` when the program was wired without it.
pub fn app_state<T: Clone + 'static>(request: &HttpRequest) -> Result<T> {
    request.app_data::<T>().cloned().ok_or_else(|| {
        Error::internal(format!(
            "no {} in the application",
            std::any::type_name::<T>()
        ))
    })
}

/// A path parameter that cannot be an id of ours names nothing: 404, as an unknown one.
pub fn path_config() -> PathConfig {
    PathConfig::default().error_handler(|_, _| Error::new(Code::NotFound).into())
}
