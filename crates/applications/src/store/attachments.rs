//! Attachments in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::model::{ApplicationId, AttachmentId};
use crate::schema::attachments;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments, treat_none_as_default_value = false)]
pub(crate) struct Attachment {
    pub(crate) id: AttachmentId,
    pub(crate) application_id: ApplicationId,
    pub(crate) field: String,
    pub(crate) sealed_name: Vec<u8>,
    pub(crate) media_type: String,
    pub(crate) bytes: i64,
    pub(crate) sha256: Vec<u8>,
    pub(crate) created_at: DateTime<Utc>,
}

pub(crate) async fn insert_attachment(
    conn: &mut AsyncPgConnection,
    row: &Attachment,
) -> Result<()> {
    diesel::insert_into(attachments::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn count_attachments(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
) -> Result<i64> {
    Ok(attachments::table
        .filter(attachments::application_id.eq(application))
        .count()
        .get_result(conn)
        .await?)
}

/// In the order they were added.
pub(crate) async fn list_attachments(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
) -> Result<Vec<Attachment>> {
    Ok(attachments::table
        .filter(attachments::application_id.eq(application))
        .order(attachments::id)
        .select(Attachment::as_select())
        .load(conn)
        .await?)
}

pub(crate) async fn attachment(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
    id: AttachmentId,
) -> Result<Attachment> {
    Ok(attachments::table
        .find(id)
        .filter(attachments::application_id.eq(application))
        .select(Attachment::as_select())
        .first(conn)
        .await?)
}

pub(crate) async fn delete_attachment(
    conn: &mut AsyncPgConnection,
    id: AttachmentId,
) -> Result<()> {
    diesel::delete(attachments::table.find(id))
        .execute(conn)
        .await?;
    Ok(())
}
