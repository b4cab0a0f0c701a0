//! A resident who acts for themselves, or for somebody else under a mandate.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};
use calendar::jst_date;
use platform::extract::app_state;
use platform::{Clock, Code, Database, Error, Result};
use uuid::Uuid;

use super::model::{Mandate, MandateId};
use super::store;
use crate::access::Resident;
use crate::person::ResidentId;

const ON_BEHALF_OF: HeaderName = HeaderName::from_static("on-behalf-of");

/// Whoever asks, and for whom.
#[derive(Clone, Debug)]
pub struct Acting {
    /// Who acts.
    pub resident: Resident,
    /// Under which mandate, where it is not for themselves.
    pub mandate: Option<Mandate>,
}

/// What acting for somebody may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Looking at their applications.
    Look,
    /// Filling in, filing, answering and withdrawing.
    Submit,
    /// Their digital post.
    ReceivePost,
}

impl Acting {
    /// In whose name.
    pub fn principal(&self) -> ResidentId {
        let mandate = self.mandate.as_ref();
        mandate.map_or(self.resident.id, |mandate| mandate.principal)
    }

    /// The mandate's id, to be recorded with what is done.
    pub fn mandate_id(&self) -> Option<MandateId> {
        self.mandate.as_ref().map(|mandate| mandate.id)
    }

    /// Whether the mandate, if there is one, goes so far.
    ///
    /// # Errors
    /// `forbidden` when it does not.
    pub fn must_have(&self, right: Right) -> Result<()> {
        let has = self.mandate.as_ref().is_none_or(|mandate| match right {
            Right::Look => true,
            Right::Submit => mandate.may_submit,
            Right::ReceivePost => mandate.may_receive_post,
        });
        if has { Ok(()) } else { Err(not_entitled()) }
    }
}

impl FromRequest for Acting {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let resident = Resident::extract(&request).await?;
            let mandate = match request.headers().get(ON_BEHALF_OF) {
                None => None,
                Some(named) => {
                    let named = named.to_str().ok();
                    let named = named.and_then(|named| Uuid::parse_str(named).ok());
                    let id = named.ok_or_else(not_entitled)?.into();
                    Some(held(&request, &resident, id).await?)
                }
            };
            Ok(Self { resident, mandate })
        })
    }
}

/// The mandate, if the resident holds it today. One that never was, another's and one that is over are the same.
async fn held(request: &HttpRequest, resident: &Resident, id: MandateId) -> Result<Mandate> {
    let (database, clock): (Database, Clock) = (app_state(request)?, app_state(request)?);
    let mut conn = database.connection().await?;
    let held = store::held(&mut conn, resident.id, id, jst_date(clock.now())).await?;
    held.ok_or_else(not_entitled)
}

fn not_entitled() -> Error {
    Error::new(Code::Forbidden).detail("この方の代理として、この操作を行うことはできません。")
}
