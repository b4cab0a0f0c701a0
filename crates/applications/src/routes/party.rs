//! Whose applications a resident asks about: their own, or those of somebody they act for.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use auth::Resident;
use auth::mandates::{Acting, MandateId, Right};
use forms::Forms;
use platform::extract::app_state;
use platform::{Database, Result};

use crate::store::Owner;

/// Extracted from a request: the resident (401), and for whom they act (403 when they may not).
pub(crate) struct Party {
    acting: Acting,
    pub(crate) owner: Owner,
}

impl Party {
    /// Who acts.
    pub(crate) fn resident(&self) -> &Resident {
        &self.acting.resident
    }

    /// Under which mandate, where it is not for themselves.
    pub(crate) fn mandate(&self) -> Option<MandateId> {
        self.acting.mandate_id()
    }

    /// Whether they may do more than look.
    ///
    /// # Errors
    /// `forbidden` when the mandate does not go so far.
    pub(crate) fn must_act(&self) -> Result<()> {
        self.acting.must_have(Right::Submit)
    }
}

impl FromRequest for Party {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let acting = Acting::extract(&request).await?;
            acting.must_have(Right::Look)?;
            let mandate = acting.mandate.as_ref();
            let procedures = match mandate.and_then(|mandate| mandate.procedures.as_ref()) {
                None => None,
                Some(codes) => {
                    let database: Database = app_state(&request)?;
                    let forms: Data<Forms> = app_state(&request)?;
                    let mut conn = database.connection().await?;
                    Some(forms.procedure_ids(&mut conn, codes).await?)
                }
            };
            let owner = Owner {
                id: acting.principal(),
                reader: acting.resident.id,
                procedures,
            };
            Ok(Self { acting, owner })
        })
    }
}
