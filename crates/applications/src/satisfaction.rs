//! The survey is offered once after filing and once after the decision.
//!
//! Its token is told in an answer that is never stored for replay, and nothing that is kept leads from
//! the token to the application.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use forms::Forms;
use kpi::survey::{Offer, Touchpoint, offer};
use platform::error::on_constraint;
use platform::{AsyncPgConnection, Code, Error, Randomness, Result};

use crate::model::ApplicationId;
use crate::schema::survey_offers;
use crate::state::{IllegalTransition, Status};
use crate::store::{self, Application, Owner};

/// Offers the survey for the resident's application; answers the token.
///
/// # Errors
/// 404 when it is not theirs, 409 before the touchpoint is reached or when it was offered before.
pub(crate) async fn offer_survey(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    forms: &Forms,
    owner: &Owner,
    id: ApplicationId,
    touchpoint: Touchpoint,
    now: DateTime<Utc>,
) -> Result<String> {
    let application = store::load_own(conn, id, owner).await?;
    if !reached(&application, touchpoint) {
        let allowed = application.status.allowed_events(application.kind);
        return Err(IllegalTransition { allowed }.into());
    }
    diesel::insert_into(survey_offers::table)
        .values((
            survey_offers::application_id.eq(id),
            survey_offers::touchpoint.eq(touchpoint),
        ))
        .execute(conn)
        .await
        .map_err(|error| on_constraint(error, "survey_offers_once", already_offered))?;
    let form = forms.version(conn, application.form_version_id).await?;
    let asked = Offer {
        procedure_id: application.procedure_id.as_uuid(),
        form_version: form.number,
        channel: application.channel,
        touchpoint,
        on: calendar::jst_date(now),
    };
    offer(conn, randomness, asked).await
}

fn reached(application: &Application, touchpoint: Touchpoint) -> bool {
    match touchpoint {
        Touchpoint::Submitted => application.arrived_at.is_some(),
        Touchpoint::Decided => application.status == Status::Completed,
    }
}

fn already_offered() -> Error {
    Code::SurveyOffered.into()
}
