//! A draft on its way to become a version.

use std::sync::Arc;

use auth::departments;
use chrono::{DateTime, Utc};
use documents::letter::Press;
use platform::extract::IfMatch;
use platform::{AsyncPgConnection, Code, Result};

use super::{Draft, load};
use crate::check::{self, Candidate};
use crate::model::FormVersionId;
use crate::publish::Publication;
use crate::routes::Editor;
use crate::state;
use crate::store::{self, VersionLine};

/// Checks the draft in the version seen, while no connection is held.
///
/// # Errors
/// 422 with everything that keeps it from being published, 412 when it has changed meanwhile.
pub(crate) async fn check(
    editor: &Editor,
    press: Arc<Press>,
    code: &str,
    expected: IfMatch,
) -> Result<()> {
    let candidate = {
        let mut conn = editor.db.connection().await?;
        let draft = load(&mut conn, editor, code, "form_draft.read").await?;
        expected.check(draft.version)?;
        draft.candidate(&mut conn).await?
    };
    let problems = check::problems(press, candidate).await?;
    if problems.is_empty() {
        Ok(())
    } else {
        Err(check::refused(problems))
    }
}

impl Draft {
    /// The draft about to be judged.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub(crate) async fn candidate(self, conn: &mut AsyncPgConnection) -> Result<Candidate> {
        Ok(Candidate {
            kind: self.procedure.kind,
            definition: self.definition,
            departments: departments::lasting(conn).await?,
        })
    }

    /// Publishes it under the next number, as checked before; answers when that was.
    ///
    /// # Errors
    /// 409 `form_draft_outdated` when another version has been published since it was begun, 422 for a moment that will
    /// not do.
    pub(crate) async fn publish(
        self,
        conn: &mut AsyncPgConnection,
        editor: &Editor,
        in_force_from: Option<DateTime<Utc>>,
    ) -> Result<(FormVersionId, DateTime<Utc>)> {
        store::lock_procedure(conn, self.procedure.id).await?;
        let now = editor.clock.legal_now(conn).await?;
        let versions = store::list_versions(conn, self.procedure.id).await?;
        if versions.first().map(|newest| newest.id) != self.based_on {
            return Err(Code::FormDraftOutdated.into());
        }
        let moments: Vec<_> = versions.iter().map(VersionLine::moments).collect();
        let publication = Publication {
            procedure: (self.procedure.id, &self.procedure.description.code),
            number: versions.first().map_or(0, |newest| newest.number) + 1,
            definition: &self.definition,
            has_drafts: !versions.is_empty(),
            in_force_from: state::in_force_from(in_force_from, &moments, now)?,
            actor: editor.staff.actor(),
            request: Some(editor.request),
            now,
        };
        let id = publication.publish(conn).await?;
        store::delete_draft(conn, self.procedure.id).await?;
        Ok((id, now))
    }
}
