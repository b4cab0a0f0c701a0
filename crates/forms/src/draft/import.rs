//! A draft from the files of a version.

use std::sync::Arc;

use auth::departments;
use diesel_async::AsyncConnection as _;
use documents::letter::Press;
use platform::{Error, Result};

use super::{begin, compare, record};
use crate::check::{self, Candidate};
use crate::definition::FormDefinition;
use crate::model::Imported;
use crate::routes::Editor;
use crate::store;

/// Begins a draft from files, or only tells what would come of it.
///
/// # Errors
/// 409 `form_draft_exists`
pub(crate) async fn import(
    editor: &Editor,
    press: Arc<Press>,
    code: &str,
    definition: FormDefinition,
    dry_run: bool,
) -> Result<Imported> {
    let candidate = {
        let mut conn = editor.db.connection().await?;
        Candidate {
            kind: editor.procedure(&mut conn, code).await?.kind,
            definition: definition.clone(),
            departments: departments::lasting(&mut conn).await?,
        }
    };
    let problems = check::problems(press, candidate).await?;
    let mut conn = editor.db.connection().await?;
    let comparison = conn
        .transaction(async |conn| {
            let procedure = editor.procedure(conn, code).await?;
            store::hold_procedure(conn, procedure.id).await?;
            let comparison = compare(conn, editor, procedure.id, &definition).await?;
            if dry_run {
                record(conn, editor, &procedure, None, "form_draft.try_import").await?;
            } else {
                begin(conn, editor, procedure, definition, "form_draft.import").await?;
            }
            Ok::<_, Error>(comparison)
        })
        .await?;
    Ok(Imported {
        comparison,
        findings: problems.into(),
    })
}
