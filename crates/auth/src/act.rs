//! What residents and clerks do here, in hand.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use keys::Keys;
use platform::extract::{RequestId, app_state};
use platform::{Clock, Error, Result};

/// Something about to be done: in which request, when, and what seals it.
pub(crate) struct Act {
    pub(crate) keys: Data<Keys>,
    pub(crate) request: RequestId,
    pub(crate) now: DateTime<Utc>,
}

impl FromRequest for Act {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let act = RequestId::from_request(request, payload).into_inner();
        ready(act.and_then(|id| {
            let clock: Clock = app_state(request)?;
            Ok(Self {
                keys: app_state(request)?,
                request: id,
                now: clock.now(),
            })
        }))
    }
}
