//! An application as its owner sees it.

use chrono::{DateTime, Utc};
use forms::{Forms, Procedures};
use keys::Keys;
use platform::{AsyncPgConnection, Result};

use super::{attachment_views, procedure_ref};
use crate::model::{
    ApplicationId, CorrectionView, Filing, OwnApplication, OwnApplicationSummary, OwnEvent,
};
use crate::moving::{Newer, removed_answers};
use crate::notices;
use crate::provenance;
use crate::sealing::open_answers;
use crate::sight;
use crate::state::Event;
use crate::store::{self, Application, Correction, EventRow, OwnCase, OwnLine, Owner};

/// The application as its owner sees it.
///
/// # Errors
/// 404 when it is not theirs.
pub(crate) async fn own(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    (id, owner): (ApplicationId, &Owner),
    now: DateTime<Utc>,
) -> Result<OwnApplication> {
    let OwnCase {
        application,
        filing,
        decided_at,
        correction,
        sealed_provenance,
        has_files,
    } = store::load_own_case(conn, id, owner).await?;
    let procedures = forms.directory(conn, [application.procedure_id]).await?;
    let form = forms.version(conn, application.form_version_id).await?;
    let files = if has_files {
        store::list_attachments(conn, id).await?
    } else {
        Vec::new()
    };
    let answers = open_answers(keys, id, &application.sealed_answers)?;
    let newer = Newer::for_draft(conn, forms, &application, now).await?;
    let is_hidden = sight::is_hidden_from(conn, &application, owner).await?;
    let electronic = filing
        .as_ref()
        .is_some_and(|filing| filing.electronic_notice_consent);
    let mut own = OwnApplication {
        id,
        procedure: procedure_ref(&procedures[&application.procedure_id]),
        form_version_id: application.form_version_id,
        status: application.status,
        standing: notices::standing(&application, electronic),
        version: application.version,
        newer_form: newer.map(|newer| newer.view(&answers)),
        removed_answers: removed_answers(keys, &application)?,
        provenance: provenance::told(
            provenance::open(keys, id, sealed_provenance.as_deref())?,
            &answers,
        ),
        answers,
        hidden_answers: Vec::new(),
        allowed_events: owners_events(&application),
        filing: filing.map(Filing::from),
        limit_on: application.limit_on,
        correction: correction
            .map(|correction| correction_view(keys, &correction))
            .transpose()?,
        attachments: attachment_views(keys, &files)?,
        decided_at,
        created_at: application.created_at,
        updated_at: application.updated_at,
        expires_on: application.expires_on,
    };
    if owner.procedures.is_some() {
        own.hide_other_applications();
    }
    own.hide(&owner.hiding(&form.compiled, is_hidden));
    Ok(own)
}

fn owners_events(application: &Application) -> Vec<Event> {
    let mut events = application.status.allowed_events(application.kind);
    let theirs = [Event::Submit, Event::RespondCorrection, Event::Withdraw];
    events.retain(|event| theirs.contains(event));
    events
}

fn correction_view(keys: &Keys, correction: &Correction) -> Result<CorrectionView> {
    Ok(CorrectionView {
        items: correction.items()?,
        deadline: correction.deadline,
        answers: correction.answers(keys)?,
    })
}

/// What has happened to an application as its owner may know it.
pub(crate) fn own_events(events: Vec<EventRow>) -> Vec<OwnEvent> {
    let inside = [
        Event::Propose,
        Event::TakeBack,
        Event::SendBack,
        Event::Agree,
    ];
    let told = events
        .into_iter()
        .filter(|row| !inside.contains(&row.event));
    let told = told.map(|row| OwnEvent {
        event: row.event,
        occurred_at: row.occurred_at,
    });
    told.collect()
}

/// A line of one's own applications.
pub(crate) fn own_line(procedures: &Procedures, line: OwnLine) -> OwnApplicationSummary {
    OwnApplicationSummary {
        id: line.id,
        procedure: procedure_ref(&procedures[&line.procedure_id]),
        reference_number: line.reference_number,
        status: line.status,
        created_at: line.created_at,
        updated_at: line.updated_at,
    }
}
