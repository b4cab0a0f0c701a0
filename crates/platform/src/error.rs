//! The one error type of the project and how library errors become it.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use chrono::TimeDelta;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::problem::{Code, FieldError, Problem};

/// What handlers, rules and stores answer with.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A problem on its way to the client, with the cause that only the log sees.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    detail: Option<String>,
    errors: Vec<FieldError>,
    allowed_events: Option<Vec<String>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Cause>,
}

impl Error {
    /// A problem with nothing to add to its code.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner {
            code,
            detail: None,
            errors: Vec::new(),
            allowed_events: None,
            headers: Vec::new(),
            cause: None,
        }))
    }

    /// A fault of ours: 500 for the client, the cause for the log.
    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::new(Code::Internal).because(cause)
    }

    /// Wrong fields of the request body.
    pub fn validation(errors: Vec<FieldError>) -> Self {
        Self::new(Code::ValidationFailed).errors(errors)
    }

    /// One wrong field of the request body.
    pub fn field(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self::validation(vec![FieldError::new(pointer, code.to_owned(), message)])
    }

    /// Adds what is particular to this occurrence, in plain Japanese.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds the fields that it is about.
    #[must_use]
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds the events that the current state allows.
    #[must_use]
    pub fn allowed_events(mut self, events: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.0.allowed_events = Some(events.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a response header, such as `WWW-Authenticate`.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// `too_many_requests`, with the seconds after which one is let in, rounded up.
    pub fn too_soon(wait: TimeDelta) -> Self {
        let begun = i64::from(wait.subsec_nanos() > 0);
        let seconds = HeaderValue::from((wait.num_seconds() + begun).max(1));
        Self::new(Code::TooManyRequests).header(header::RETRY_AFTER, seconds)
    }

    /// Adds the cause for the log; clients never see it.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The cause, for the log.
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync)> {
        self.0.cause.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.as_str())?;
        match &self.0.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let code = self.0.code;
        let mut response = HttpResponse::build(code.status());
        for (name, value) in &self.0.headers {
            response.append_header((name, value));
        }
        if code.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.append_header((header::RETRY_AFTER, "5"));
        }
        response
            .content_type("application/problem+json")
            .json(Problem {
                kind: format!("urn:madoguchi:problem:{}", code.as_str()),
                title: code.title().to_owned(),
                status: code.status().as_u16(),
                code: code.as_str().to_owned(),
                detail: self.0.detail.clone(),
                errors: self.0.errors.clone(),
                allowed_events: self.0.allowed_events.clone(),
            })
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Self::new(Code::NotFound),
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | DieselError::BrokenTransactionManager => Self::new(Code::Unavailable).because(error),
            _ => Self::internal(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

/// Turns the violation of one named constraint into a problem, and leaves other errors alone.
///
/// Uniqueness is decided by the database, never by select-then-insert.
pub fn on_constraint(
    error: DieselError,
    constraint: &str,
    problem: impl FnOnce() -> Error,
) -> Error {
    match &error {
        DieselError::DatabaseError(_, info) if info.constraint_name() == Some(constraint) => {
            problem()
        }
        _ => error.into(),
    }
}
