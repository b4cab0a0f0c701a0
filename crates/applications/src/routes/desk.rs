//! A clerk about to do something to one application, with all that takes.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::{Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use auth::Staff;
use calendar::jst_date;
use forms::Forms;
use keys::Keys;
use platform::extract::{IfMatch, RequestId, app_state, etag};
use platform::{AsyncPgConnection, Clock, Db, Randomness, Result};

use crate::decide::Act;
use crate::model::ApplicationId;
use crate::sight::Sight;
use crate::store::{self, Application};
use crate::view;

/// Extracted from a request: the clerk (401, 403), the application's id (404), `If-Match` (428).
pub(crate) struct Desk {
    clerk: Staff,
    id: ApplicationId,
    expected: IfMatch,
    request: RequestId,
    clock: Clock,
    randomness: Randomness,
    pub(crate) db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
}

impl FromRequest for Desk {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            Ok(Self {
                clerk: Staff::extract(&request).await?,
                id: Path::<ApplicationId>::extract(&request).await?.into_inner(),
                expected: IfMatch::extract(&request).await?,
                request: RequestId::extract(&request).await?,
                clock: app_state(&request)?,
                randomness: app_state(&request)?,
                db: app_state(&request)?,
                keys: app_state(&request)?,
                forms: app_state(&request)?,
            })
        })
    }
}

impl Desk {
    /// The act: locks the application, looks whether it is the version seen, and then at the clock.
    ///
    /// # Errors
    /// 404 outside the clerk's departments and procedures, 412 when it has changed meanwhile.
    pub(crate) async fn act<'a>(&'a self, conn: &mut AsyncPgConnection) -> Result<Act<'a>> {
        let application = store::lock_case(conn, self.id, &self.clerk).await?;
        self.expected.check(application.version)?;
        Ok(Act {
            clerk: &self.clerk,
            keys: &self.keys,
            forms: &self.forms,
            randomness: &self.randomness,
            request: self.request,
            now: self.clock.legal_now(conn).await?,
            application,
        })
    }

    /// The application after the act.
    pub(crate) async fn answer(
        &self,
        conn: &mut AsyncPgConnection,
        after: Application,
    ) -> Result<HttpResponse> {
        let version = etag(after.version);
        let today = jst_date(self.clock.now());
        let sight = Sight::of_actor(&self.clerk, &after);
        let view = view::case(conn, &self.keys, &self.forms, after, (sight, today)).await?;
        Ok(HttpResponse::Ok().insert_header(version).json(view))
    }
}
