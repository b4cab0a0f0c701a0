//! Files that answer a form's field: received, judged by their content, kept in the storage.

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use forms::{AttachmentRule, FormDefinition, Forms, Hiding, PublishedForm};
use futures_util::Stream;
use keys::Keys;
use platform::individual_number;
use platform::problem::FieldError;
use platform::storage::Received;
use platform::{AsyncPgConnection, Code, Database, Error, Result, Storage};
use serde_json::{Map, Value};
use std::time::Duration;
use uuid::Uuid;

use crate::correction;
use crate::draft::FOR_APPLICANT_ALONE;
use crate::file_removal::delete_attachment;
use crate::model::{ApplicationId, AttachmentId, AttachmentView};
use crate::state::{IllegalTransition, Status};
use crate::store::{self, Application, Attachment, Owner};

const NAME_COLUMN: &str = "attachments.sealed_name";
/// Attachments of one application, of all fields.
const MOST: i64 = 50;

/// A file on its way in.
pub(crate) struct Upload<'a> {
    pub(crate) owner: &'a Owner,
    pub(crate) application: ApplicationId,
    pub(crate) field: &'a str,
    pub(crate) name: &'a str,
    pub(crate) keys: &'a Keys,
    pub(crate) forms: &'a Forms,
    pub(crate) storage: &'a Storage,
    /// How long the sender may be silent.
    pub(crate) patience: Duration,
    pub(crate) now: DateTime<Utc>,
}

impl Upload<'_> {
    /// Receives the file and adds it. No connection is held while the bytes come in.
    ///
    /// # Errors
    /// 404 when the application is not theirs, 409 when its field cannot be changed now, 413, 415
    /// `unsupported_attachment`, 422 for a field without attachments.
    pub(crate) async fn receive<E: std::fmt::Display>(
        &self,
        database: &Database,
        body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Attachment> {
        if individual_number::looks_like_one(self.name) {
            let message = "ファイル名にマイナンバー（個人番号）と思われる12桁の数字があります。名前を変えて、もう一度添付してください。";
            return Err(Error::field("/name", "individual_number", message));
        }
        let rule = {
            let mut conn = database.connection().await?;
            let application = store::load_own(&mut conn, self.application, self.owner).await?;
            self.rule(&mut conn, &application).await?
        };
        let received = self
            .storage
            .receive(body, rule.max_bytes, self.patience)
            .await?;
        let row = self.describe(&received, &rule)?;
        let key = storage_key(row.id);
        self.storage.keep(&key, received).await?;
        match self.add(database, &row).await {
            Ok(()) => Ok(row),
            Err(refused) => {
                self.discard(&key, &refused).await;
                Err(refused)
            }
        }
    }

    /// A file without a row would only take up room. After a fault nobody knows whether the row is
    /// there, and then the file stays.
    async fn discard(&self, key: &str, refused: &Error) {
        if refused.code().status().is_server_error() {
            return;
        }
        if let Err(error) = self.storage.remove(key).await {
            tracing::warn!(error.cause = %error, "the file of a refused attachment was left behind");
        }
    }

    /// What the field accepts, if the resident may change it now.
    async fn rule(
        &self,
        conn: &mut AsyncPgConnection,
        application: &Application,
    ) -> Result<AttachmentRule> {
        changeable(conn, application, self.field).await?;
        let form = self
            .forms
            .version(conn, application.form_version_id)
            .await?;
        if !self.owner.may_answer(&form.compiled, self.field) {
            return Err(Error::field("/field", "locked", FOR_APPLICANT_ALONE));
        }
        form.definition.attachment_rule(self.field).ok_or_else(|| {
            Error::field(
                "/field",
                "no_attachments",
                "この項目にはファイルを添付できません。",
            )
        })
    }

    fn describe(&self, received: &Received, rule: &AttachmentRule) -> Result<Attachment> {
        if received.bytes == 0 {
            return Err(Error::field("", "empty", "ファイルが空です。"));
        }
        let media_type = media_type(&received.head);
        let accepted = rule.accept.iter().find(|accepted| **accepted == media_type);
        let media_type = accepted.ok_or_else(|| {
            let accepted = rule.accept.join("、");
            Error::new(Code::UnsupportedAttachment)
                .detail(format!("この項目に添付できる形式：{accepted}"))
        })?;
        let id = AttachmentId::new(self.now);
        Ok(Attachment {
            id,
            application_id: self.application,
            field: self.field.to_owned(),
            sealed_name: self
                .keys
                .seal(NAME_COLUMN, id.as_uuid(), self.name.as_bytes())?,
            media_type: media_type.clone(),
            bytes: i64::try_from(received.bytes).map_err(Error::internal)?,
            sha256: received.sha256.clone(),
            created_at: self.now,
        })
    }

    /// The application may have been filed while the bytes came in, so it is looked at again.
    async fn add(&self, database: &Database, row: &Attachment) -> Result<()> {
        use diesel_async::AsyncConnection as _;
        let mut conn = database.connection().await?;
        conn.transaction(async |conn| {
            let mut application = store::lock_own(conn, self.application, self.owner).await?;
            changeable(conn, &application, self.field).await?;
            if store::count_attachments(conn, application.id).await? >= MOST {
                let message = format!("添付できるファイルは{MOST}件までです。");
                return Err(Error::field("", "too_many", message));
            }
            store::insert_attachment(conn, row).await?;
            let version = application.form_version_id;
            let form = self.forms.version(conn, version).await?;
            put_off_expiry(conn, &form, &mut application, self.now).await
        })
        .await
    }
}

/// Takes a file away from a draft; those of a filing stay.
///
/// # Errors
/// 404 when it is not theirs, 409 when the application is a draft no more.
pub(crate) async fn remove(
    conn: &mut AsyncPgConnection,
    forms: &Forms,
    owner: &Owner,
    (application, id): (ApplicationId, AttachmentId),
    now: DateTime<Utc>,
) -> Result<()> {
    let mut application = store::lock_own(conn, application, owner).await?;
    let row = store::attachment(conn, application.id, id).await?;
    if application.status != Status::Draft {
        let allowed = application.status.allowed_events(application.kind);
        return Err(IllegalTransition { allowed }.into());
    }
    let form = forms.version(conn, application.form_version_id).await?;
    if !owner.may_answer(&form.compiled, &row.field) {
        return Err(Error::new(Code::Forbidden).detail(FOR_APPLICANT_ALONE));
    }
    delete_attachment(conn, row.id, now).await?;
    put_off_expiry(conn, &form, &mut application, now).await
}

/// Whether whoever looks may have the file: those of an answer that is hidden are hidden with it.
///
/// # Errors
/// `forbidden` when they may not.
pub(crate) fn check_visible(hiding: &Hiding<'_>, file: &Attachment) -> Result<()> {
    if hiding.hides(&file.field) {
        return Err(Error::new(Code::Forbidden)
            .detail("この項目のファイルは、見ることができる人が限られています。"));
    }
    Ok(())
}

/// Whoever adds or takes away a file is at work on the draft.
async fn put_off_expiry(
    conn: &mut AsyncPgConnection,
    form: &PublishedForm,
    application: &mut Application,
    now: DateTime<Utc>,
) -> Result<()> {
    if application.status != Status::Draft {
        return Ok(());
    }
    application.put_off_expiry(form, now);
    store::save(conn, application).await
}

/// Files change with the answers they belong to: in a draft, or where a correction unlocks the field.
async fn changeable(
    conn: &mut AsyncPgConnection,
    application: &Application,
    field: &str,
) -> Result<()> {
    let unlocked = match application.status {
        Status::Draft => true,
        Status::CorrectionRequested => correction::unlocks(conn, application.id, field).await?,
        _ => false,
    };
    if unlocked {
        return Ok(());
    }
    let allowed = application.status.allowed_events(application.kind);
    Err(IllegalTransition { allowed }.into())
}

/// What the content is, whatever its name says.
fn media_type(head: &[u8]) -> &'static str {
    infer::get(head).map_or("application/octet-stream", |kind| kind.mime_type())
}

/// Where the bytes are.
pub(crate) fn storage_key(id: AttachmentId) -> String {
    format!("attachments/{id}")
}

/// The attachment with its name opened.
pub(crate) fn view(keys: &Keys, row: &Attachment) -> Result<AttachmentView> {
    Ok(AttachmentView {
        id: row.id,
        field: row.field.clone(),
        name: keys.open_text(NAME_COLUMN, row.id.as_uuid(), &row.sealed_name)?,
        media_type: row.media_type.clone(),
        bytes: row.bytes,
        sha256: platform::hex(&row.sha256),
    })
}

/// The attachments that the answers name.
pub(crate) async fn named(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
    form: &FormDefinition,
    answers: &Map<String, Value>,
) -> Result<Vec<Attachment>> {
    let named = form.attachments_named(answers);
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let mut kept = store::list_attachments(conn, application).await?;
    kept.retain(|row| named.iter().any(|named| is_named(row, named)));
    Ok(kept)
}

fn is_named(row: &Attachment, (field, id): &(String, Uuid)) -> bool {
    row.field == *field && row.id.as_uuid() == *id
}

/// Every attachment that is named for filing must be there, belong to the field that names it, and be what the field
/// accepts: it may have been uploaded on an older version of the form.
///
/// # Errors
/// 422 with the pointer of each that does not.
pub(crate) async fn check_named(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
    form: &FormDefinition,
    answers: &Map<String, Value>,
) -> Result<Vec<Attachment>> {
    let kept = named(conn, application, form, answers).await?;
    let asked = form.attachments_named(answers).into_iter();
    let errors: Vec<_> = asked
        .filter_map(|asked| {
            let row = kept.iter().find(|row| is_named(row, &asked));
            let (code, message) = fault(form, row)?;
            Some(FieldError::new(asked.0, code, message))
        })
        .collect();
    if errors.is_empty() {
        Ok(kept)
    } else {
        Err(Error::validation(errors))
    }
}

/// What is wrong with a file that an answer names.
fn fault(form: &FormDefinition, row: Option<&Attachment>) -> Option<(&'static str, &'static str)> {
    let Some(row) = row else {
        let message = "添付ファイルが見つかりません。もう一度添付してください。";
        return Some(("unknown_attachment", message));
    };
    let rule = form.attachment_rule(&row.field)?;
    if rule.accepts(&row.media_type, row.bytes) {
        return None;
    }
    let message = "このファイルの形式または大きさは、今の様式では受け付けていません。別のファイルを添付してください。";
    Some(("unaccepted_attachment", message))
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(media_type(b"%PDF-1.7\n"), "application/pdf");
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n"), "image/png");
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), "image/jpeg");
        assert_eq!(media_type(b"plain words"), "application/octet-stream");
        assert_eq!(media_type(b"<!DOCTYPE html><html></html>"), "text/html");
    }
}
