//! The file behind an attachment goes after its row: the transaction that deletes the row promises it.

use chrono::{DateTime, Utc};
use jobs::{Failure, Handler, HandlerFuture, Job, Lease};
use platform::{AsyncPgConnection, Database, Result, Storage};
use serde::{Deserialize, Serialize};

use crate::attachments::storage_key;
use crate::model::AttachmentId;
use crate::store;

/// The promise to remove a file, made in the transaction that took its attachment away.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveFile {
    attachment_id: AttachmentId,
}

impl Job for RemoveFile {
    const KIND: &'static str = "applications.remove_file";

    fn deduplication_key(&self) -> String {
        self.attachment_id.to_string()
    }
}

/// Removes files that no attachment names any more.
pub struct FileRemoval {
    /// Where they are kept.
    pub storage: Storage,
}

impl Handler for FileRemoval {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(self.remove(database, lease))
    }
}

impl FileRemoval {
    async fn remove(&self, database: &Database, lease: &Lease) -> Result<(), Failure> {
        let RemoveFile { attachment_id } = lease.job()?;
        self.storage.remove(&storage_key(attachment_id)).await?;
        let mut conn = database.connection().await?;
        lease.complete(&mut conn).await?;
        Ok(())
    }
}

/// Takes the attachment away, and its file soon after.
pub(crate) async fn delete_attachment(
    conn: &mut AsyncPgConnection,
    id: AttachmentId,
    now: DateTime<Utc>,
) -> Result<()> {
    store::delete_attachment(conn, id).await?;
    jobs::enqueue(conn, &RemoveFile { attachment_id: id }, now).await
}
