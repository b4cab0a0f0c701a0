//! The mail that says there is post: promised with the delivery, written when it is sent.

use auth::ResidentId;
use auth::contacts::{self, Recipient};
use chrono::{DateTime, Utc};
use jobs::Job;
use jobs::mail::{NeutralText, Notice};
use keys::Keys;
use platform::{AsyncPgConnection, Result};
use serde::{Deserialize, Serialize};

use crate::model::DeliveryId;
use crate::sender::Senders;
use crate::store;

/// The promise to mail the recipient of a delivery, made in the transaction that published it.
#[derive(Debug, Serialize, Deserialize)]
pub struct NotifyOfPost {
    delivery_id: DeliveryId,
    due: bool,
}

impl Job for NotifyOfPost {
    const KIND: &'static str = "digital_post.you_have_post";

    fn deduplication_key(&self) -> String {
        self.delivery_id.to_string()
    }
}

/// Promises the mail, if the resident has a proved address now.
pub(crate) async fn promise(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
    delivery_id: DeliveryId,
    due: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    if contacts::has_verified_email(conn, resident).await? {
        jobs::enqueue(conn, &NotifyOfPost { delivery_id, due }, now).await?;
    }
    Ok(())
}

/// The mail of the promise; `None` when the message has been opened meanwhile or the address is gone.
///
/// # Errors
/// When the delivery or the address cannot be read.
pub async fn notice_mail(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    promise: &NotifyOfPost,
) -> Result<Option<(Recipient, Notice)>> {
    let Some((resident, sender)) = store::unopened(conn, promise.delivery_id).await? else {
        return Ok(None);
    };
    let Some(recipient) = contacts::verified_email(conn, keys, resident).await? else {
        return Ok(None);
    };
    let sender = Senders::load(conn).await?.of(sender)?;
    let notice = Notice::YouHavePost {
        sender: NeutralText::sender_label(&sender.name),
        due: promise.due,
    };
    Ok(Some((recipient, notice)))
}
