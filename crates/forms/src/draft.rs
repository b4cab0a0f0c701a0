//! Writing a version: a draft is begun, changed, tried and published.

mod import;
mod publish;

use chrono::{DateTime, Utc};
use platform::extract::IfMatch;
use platform::{AsyncPgConnection, Code, Error, JsonObject, Result};
use serde_json::{Value, json};

use crate::check;
use crate::comparison::Comparison;
use crate::definition::{CompiledForm, FormDefinition};
use crate::model::{
    ComparisonView, DefinitionParts, DraftOrigin, FormDraft, FormVersionId, Preview,
    PreviewedMessage, ProcedureId,
};
use crate::published::Procedure;
use crate::routes::Editor;
use crate::store::{self, DraftRow};

pub(crate) use import::import;
pub(crate) use publish::check;

/// A version that is being written.
pub(crate) struct Draft {
    pub(crate) procedure: Procedure,
    pub(crate) definition: FormDefinition,
    pub(crate) version: i32,
    /// The newest version when it was begun, or last brought up to it; none before the first.
    based_on: Option<FormVersionId>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// What a new draft begins as.
///
/// # Errors
/// 422 when there is no version to copy.
pub(crate) async fn origin(
    conn: &mut AsyncPgConnection,
    editor: &Editor,
    procedure: &Procedure,
    from: DraftOrigin,
) -> Result<FormDefinition> {
    match from {
        DraftOrigin::Empty => Ok(FormDefinition::empty()),
        DraftOrigin::Newest => newest(conn, editor, procedure.id).await?.ok_or_else(|| {
            let message = "この手続には、まだ公開された様式がありません。";
            Error::field("/from", "no_version", message)
        }),
    }
}

/// The newest version, in force or not.
async fn newest(
    conn: &mut AsyncPgConnection,
    editor: &Editor,
    procedure: ProcedureId,
) -> Result<Option<FormDefinition>> {
    let Some(newest) = store::newest_version(conn, procedure).await? else {
        return Ok(None);
    };
    let form = editor.forms.version(conn, newest).await?;
    Ok(Some(form.definition.clone()))
}

/// Begins a draft, on record as the action.
///
/// # Errors
/// 409 `form_draft_exists`
pub(crate) async fn begin(
    conn: &mut AsyncPgConnection,
    editor: &Editor,
    procedure: Procedure,
    definition: FormDefinition,
    action: &'static str,
) -> Result<Draft> {
    let now = editor.clock.now();
    let based_on = store::newest_version(conn, procedure.id).await?;
    let draft = Draft {
        procedure,
        definition,
        version: store::next_draft_version(conn).await?,
        based_on,
        created_at: now,
        updated_at: now,
    };
    store::insert_draft(conn, &draft.row(editor)?).await?;
    draft.record(conn, editor, action).await?;
    Ok(draft)
}

/// The draft of a procedure, whose reading is put on record as the action.
///
/// # Errors
/// 404 when there is none, or the procedure is none of the administrator's departments.
pub(crate) async fn load(
    conn: &mut AsyncPgConnection,
    editor: &Editor,
    code: &str,
    action: &'static str,
) -> Result<Draft> {
    let procedure = editor.procedure(conn, code).await?;
    let row = store::draft(conn, procedure.id).await?;
    let draft = Draft::from_row(procedure, row.ok_or(Code::NotFound)?)?;
    draft.record(conn, editor, action).await?;
    Ok(draft)
}

/// The draft in the version seen, which nobody else changes until the transaction ends.
///
/// # Errors
/// 404 as with [`load`], 412 when it has changed meanwhile.
pub(crate) async fn lock(
    conn: &mut AsyncPgConnection,
    editor: &Editor,
    code: &str,
    expected: IfMatch,
) -> Result<Draft> {
    let procedure = editor.procedure(conn, code).await?;
    let row = store::lock_draft(conn, procedure.id).await?;
    expected.check(row.version)?;
    Draft::from_row(procedure, row)
}

/// What the definition changes against the newest version; the first one changes a form without fields.
pub(crate) async fn compare(
    conn: &mut AsyncPgConnection,
    editor: &Editor,
    procedure: ProcedureId,
    definition: &FormDefinition,
) -> Result<ComparisonView> {
    let newest = newest(conn, editor, procedure).await?;
    let newest = newest.unwrap_or_else(FormDefinition::empty);
    Ok(ComparisonView::from(&Comparison::between(
        &newest, definition,
    )))
}

impl Draft {
    fn from_row(procedure: Procedure, row: DraftRow) -> Result<Self> {
        Ok(Self {
            procedure,
            definition: serde_json::from_value(row.definition)?,
            version: row.version,
            based_on: row.based_on,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    fn row(&self, editor: &Editor) -> Result<DraftRow> {
        Ok(DraftRow {
            procedure_id: self.procedure.id,
            definition: serde_json::to_value(&self.definition)?,
            version: self.version,
            edited_by: editor.staff.id,
            created_at: self.created_at,
            updated_at: self.updated_at,
            based_on: self.based_on,
        })
    }

    /// Replaces the parts that are given.
    ///
    /// # Errors
    /// 422 at `/based_on` for a version that is not the newest.
    pub(crate) async fn replace(
        mut self,
        conn: &mut AsyncPgConnection,
        editor: &Editor,
        parts: DefinitionParts,
    ) -> Result<Self> {
        let definition = &mut self.definition;
        let object = |part: Option<JsonObject>| part.map(|part| Value::Object(part.0));
        put(object(parts.schema), &mut definition.schema);
        put(object(parts.ui_schema), &mut definition.ui_schema);
        put(parts.texts, &mut definition.texts);
        put(parts.policy, &mut definition.policy);
        put(parts.examples, &mut definition.examples);
        let letter = parts
            .letter
            .map(|text| Some(text).filter(|text| !text.is_empty()));
        put(letter, &mut definition.letter);
        put(parts.messages, &mut definition.messages);
        if let Some(based_on) = parts.based_on {
            self.bring_up_to(conn, based_on).await?;
        }
        self.version = store::next_draft_version(conn).await?;
        self.updated_at = editor.clock.now();
        store::save_draft(conn, &self.row(editor)?).await?;
        self.record(conn, editor, "form_draft.save").await?;
        Ok(self)
    }

    /// Whoever writes it has seen the newest version.
    async fn bring_up_to(
        &mut self,
        conn: &mut AsyncPgConnection,
        seen: FormVersionId,
    ) -> Result<()> {
        if store::newest_version(conn, self.procedure.id).await? != Some(seen) {
            let message = "公開されている最新の版を指定してください。";
            return Err(Error::field("/based_on", "not_newest", message));
        }
        self.based_on = Some(seen);
        Ok(())
    }

    /// Throws it away.
    pub(crate) async fn discard(self, conn: &mut AsyncPgConnection, editor: &Editor) -> Result<()> {
        store::delete_draft(conn, self.procedure.id).await?;
        self.record(conn, editor, "form_draft.discard").await
    }

    /// What the form would say of answers, as far as it can be evaluated at all.
    ///
    /// # Errors
    /// 422 with what keeps it from being evaluated.
    pub(crate) fn preview(&self, answers: &JsonObject, now: DateTime<Utc>) -> Result<Preview> {
        let form = CompiledForm::load_draft(&self.definition).map_err(check::refused)?;
        let evaluation = form.evaluate(&answers.0, calendar::jst_date(now));
        let Procedure {
            kind, description, ..
        } = &self.procedure;
        let messages = self
            .definition
            .messages
            .samples(*kind, &description.name, now);
        Ok(Preview {
            valid: evaluation.is_valid(),
            problems: evaluation.problems,
            hidden: evaluation.hidden,
            answers: evaluation.answers,
            messages: messages
                .into_iter()
                .flat_map(PreviewedMessage::of)
                .collect(),
        })
    }

    async fn record(
        &self,
        conn: &mut AsyncPgConnection,
        editor: &Editor,
        action: &'static str,
    ) -> Result<()> {
        record(conn, editor, &self.procedure, Some(self.version), action).await
    }
}

async fn record(
    conn: &mut AsyncPgConnection,
    editor: &Editor,
    procedure: &Procedure,
    version: Option<i32>,
    action: &'static str,
) -> Result<()> {
    let object = ("procedure", procedure.id.as_uuid());
    let detail = json!({"procedure": procedure.description.code, "version": version});
    let now = editor.clock.now();
    editor.record(conn, action, object, detail, now).await
}

fn put<T>(given: Option<T>, place: &mut T) {
    if let Some(given) = given {
        *place = given;
    }
}

impl From<Draft> for FormDraft {
    fn from(draft: Draft) -> Self {
        let definition = draft.definition;
        Self {
            procedure: draft.procedure.description.code,
            version: draft.version,
            based_on: draft.based_on,
            schema: definition.schema,
            ui_schema: definition.ui_schema,
            texts: definition.texts,
            policy: definition.policy,
            examples: definition.examples,
            letter: definition.letter,
            messages: definition.messages,
            created_at: draft.created_at,
            updated_at: draft.updated_at,
        }
    }
}
