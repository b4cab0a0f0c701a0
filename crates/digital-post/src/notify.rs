//! The mail that says there is post: promised with the delivery, written when it is sent.

use auth::contacts::{self, Recipient};
use auth::{ResidentId, mandates};
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
    /// Who is written to; of promises from before there were mandates, the recipient.
    #[serde(default)]
    to: Option<ResidentId>,
    due: bool,
}

impl Job for NotifyOfPost {
    const KIND: &'static str = "digital_post.you_have_post";

    fn deduplication_key(&self) -> String {
        match self.to {
            None => self.delivery_id.to_string(),
            Some(to) => format!("{}:{to}", self.delivery_id),
        }
    }
}

/// Promises the mail, if the resident has a proved address now, and to those who receive their post.
pub(crate) async fn promise(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
    delivery_id: DeliveryId,
    due: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    if contacts::has_verified_email(conn, resident).await? {
        let to = None;
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
    for receiver in mandates::post_receivers(conn, resident, jst_date(now)).await? {
        if contacts::has_verified_email(conn, receiver).await? {
            let to = Some(receiver);
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
    let to = promise.to.unwrap_or(resident);
    let Some(recipient) = contacts::verified_email(conn, keys, to).await? else {
        return Ok(None);
    };
    let sender = Senders::load(conn).await?.of(sender)?;
    let notice = Notice::YouHavePost {
        sender: NeutralText::sender_label(&sender.name),
        due: promise.due,
    };
    Ok(Some((recipient, notice)))
}
