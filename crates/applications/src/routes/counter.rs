//! A resident about to do something to one application, with all that takes.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::{Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use auth::Realm;
use chrono::{DateTime, Utc};
use forms::Forms;
use keys::Keys;
use platform::extract::{IfMatch, RequestId, app_state, etag};
use platform::{AsyncPgConnection, Clock, Db, Result};

use crate::model::ApplicationId;
use crate::own_act::OwnAct;
use crate::routes::party::Party;
use crate::store::Owner;
use crate::view;

/// Extracted from a request: the resident (401), for whom they act (403), the application's id (404), `If-Match` (428).
pub(crate) struct Counter {
    party: Party,
    pub(crate) id: ApplicationId,
    pub(crate) expected: IfMatch,
    request: RequestId,
    pub(crate) clock: Clock,
    pub(crate) db: Db,
    pub(crate) keys: Data<Keys>,
    forms: Data<Forms>,
    realm: Data<Realm>,
}

impl FromRequest for Counter {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            Ok(Self {
                party: acting(&request).await?,
                id: Path::<ApplicationId>::extract(&request).await?.into_inner(),
                expected: IfMatch::extract(&request).await?,
                request: RequestId::extract(&request).await?,
                clock: app_state(&request)?,
                db: app_state(&request)?,
                keys: app_state(&request)?,
                forms: app_state(&request)?,
                realm: app_state(&request)?,
            })
        })
    }
}

/// Whoever comes to the counter wants to do something.
async fn acting(request: &HttpRequest) -> Result<Party, actix_web::Error> {
    let party = Party::extract(request).await?;
    party.must_act()?;
    Ok(party)
}

impl Counter {
    pub(crate) fn act(&self) -> OwnAct<'_> {
        OwnAct {
            resident: self.party.resident(),
            owner: &self.party.owner,
            mandate: self.party.mandate(),
            id: self.id,
            expected: self.expected,
            keys: &self.keys,
            forms: &self.forms,
            request: self.request,
            clock: &self.clock,
            realm: &self.realm,
        }
    }

    /// The application after the act.
    pub(crate) async fn answer(&self, conn: &mut AsyncPgConnection) -> Result<HttpResponse> {
        let now = self.clock.now();
        let whose = (self.id, &self.party.owner);
        own_application(conn, &self.keys, &self.forms, whose, now).await
    }
}

/// An application as its owner reads it.
///
/// # Errors
/// 404 when it is not theirs.
pub(crate) async fn own_application(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    whose: (ApplicationId, &Owner),
    now: DateTime<Utc>,
) -> Result<HttpResponse> {
    let own = view::own(conn, keys, forms, whose, now).await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(own.version))
        .json(own))
}
