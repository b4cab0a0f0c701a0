//! An application with all that its owner reads of it, in one question.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::exists;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use super::{Application, Correction, Owner};
use crate::model::ApplicationId;
use crate::schema::{
    answer_provenance, applications, attachments, corrections, decisions, submissions,
};

/// What became of an application, as its owner may know it.
#[derive(Debug, Queryable)]
pub(crate) struct OwnCase {
    pub(crate) application: Application,
    pub(crate) filing: Option<FilingRow>,
    pub(crate) decided_at: Option<DateTime<Utc>>,
    /// The one that waits for the applicant.
    pub(crate) correction: Option<Correction>,
    pub(crate) sealed_provenance: Option<Vec<u8>>,
    pub(crate) has_files: bool,
}

/// A submission without what was filed.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = submissions)]
pub(crate) struct FilingRow {
    pub(crate) reference_number: String,
    pub(crate) arrived_at: DateTime<Utc>,
    pub(crate) accepted_on: Option<NaiveDate>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) electronic_notice_consent: bool,
}

/// The resident's own application; another's is as unknown as none.
pub(crate) async fn load_own_case(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
    owner: &Owner,
) -> Result<OwnCase> {
    let open_correction = corrections::application_id
        .eq(applications::id)
        .and(corrections::ended_at.is_null());
    let of_provenance = answer_provenance::application_id.eq(applications::id);
    // Boxed, because diesel takes no other subquery beside joins.
    let files = attachments::table
        .filter(attachments::application_id.eq(id))
        .into_boxed::<Pg>();
    let found: OwnCase = applications::table
        .left_join(submissions::table.on(submissions::application_id.eq(applications::id)))
        .left_join(decisions::table.on(decisions::application_id.eq(applications::id)))
        .left_join(corrections::table.on(open_correction))
        .left_join(answer_provenance::table.on(of_provenance))
        .filter(applications::id.eq(id))
        .filter(applications::applicant_id.eq(owner.id))
        .select((
            Application::as_select(),
            Option::<FilingRow>::as_select(),
            decisions::decided_at.nullable(),
            Option::<Correction>::as_select(),
            answer_provenance::sealed_entries.nullable(),
            exists(files),
        ))
        .first(conn)
        .await?;
    let application = owner.reach(found.application)?;
    Ok(OwnCase {
        application,
        ..found
    })
}
