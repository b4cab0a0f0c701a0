//! The mail that says there is post: promised with the delivery, written when it is sent.

use auth::ResidentId;
use auth::contacts::{self, Recipient};
use calendar::jst_date;
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
    /// Who is written to: the recipient, or somebody who receives their post.
    to: ResidentId,
    due: bool,
}

impl Job for NotifyOfPost {
    const KIND: &'static str = "digital_post.you_have_post";

    fn deduplication_key(&self) -> String {
        format!("{}:{}", self.delivery_id, self.to)
    }
}

/// Promises the mail to the resident and to those who receive their post, as far as they have a proved address now.
pub(crate) async fn promise(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
    delivery_id: DeliveryId,
    due: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    for to in contacts::hearers_of_post(conn, resident, jst_date(now)).await? {
        jobs::enqueue(
            conn,
            &NotifyOfPost {
                delivery_id,
                to,
                due,
            },
            now,
        )
        .await?;
    }
    Ok(())
}

/// The mail of the promise; `None` when the message has been opened meanwhile, the address is gone, or whoever was to hear
/// of the post does not receive it any more.
///
/// # Errors
/// When the delivery or the address cannot be read.
pub async fn notice_mail(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    promise: &NotifyOfPost,
    now: DateTime<Utc>,
) -> Result<Option<(Recipient, Notice)>> {
    let Some((sender, resident)) = store::unopened(conn, promise.delivery_id).await? else {
        return Ok(None);
    };
    let hearers = contacts::hearers_of_post(conn, resident, jst_date(now)).await?;
    if !hearers.contains(&promise.to) {
        return Ok(None);
    }
    let Some(recipient) = contacts::verified_email(conn, keys, promise.to).await? else {
        return Ok(None);
    };
    let sender = Senders::load(conn).await?.of(sender)?;
    let notice = Notice::YouHavePost {
        sender: NeutralText::sender_label(&sender.name),
        due: promise.due,
    };
    Ok(Some((recipient, notice)))
}
