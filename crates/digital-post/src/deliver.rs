//! Delivering a message: the one way into the post.

use audit::{Actor, Entry};
use auth::{DepartmentId, ResidentId};
use chrono::{DateTime, Utc};
use keys::Keys;
use platform::{AsyncPgConnection, Result};
use serde_json::json;

use crate::content::{Addressee, Content, Translation};
use crate::enclosure::Enclosure;
use crate::evidence::Link;
use crate::model::{Class, DeliveryId, Route};
use crate::notify;
use crate::state::Stage;
use crate::store::{self, NewDelivery};

/// What is to be delivered to whom.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// The recipient.
    pub resident: ResidentId,
    /// The residents on whose account it is sent, the recipient too where it is on theirs: it may tell where any of them lives.
    pub side: &'a [ResidentId],
    /// Information or a formal notice.
    pub class: Class,
    /// By post box or by hand. A formal notice is digital only for a recipient who asked for that
    /// (デジタル手続法7条1項ただし書); the caller knows.
    pub route: Route,
    /// To whom a clerk hands it over, where it is paper.
    pub addressee: Option<Addressee>,
    /// The department that answers for it.
    pub sender_department: DepartmentId,
    /// Which child, vehicle or case it is about, at most 200 characters; empty when about the resident.
    pub subject_ref: &'a str,
    /// Where the portal's API tells more, such as `/v1/applications/…`, at most 500 characters.
    pub link: Option<&'a str>,
    /// At most 200 characters.
    pub title: String,
    /// Plain text, at most 20,000 characters.
    pub body: String,
    /// The same in other languages, at most 10.
    pub translations: Vec<Translation>,
    /// Files that come with it, at most 10.
    pub enclosures: Vec<Enclosure>,
    /// Whether it asks for something by a day; the mail about it says that much.
    pub due: bool,
    /// Names this very promise: the same key again is the same delivery.
    pub deduplication_key: &'a str,
    /// Who delivers.
    pub actor: Actor,
}

/// Delivers the message in the caller's transaction, with its first evidence, its audit event and, if
/// it is digital and the recipient has a proved address, the promise of a mail.
///
/// A key that was delivered before answers that delivery and changes nothing. `now` is the legal
/// moment of publication ([`Clock::legal_now`](platform::Clock::legal_now)).
///
/// # Errors
/// When the message is longer than allowed or the rows cannot be written.
pub async fn deliver(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    message: Message<'_>,
    now: DateTime<Utc>,
) -> Result<DeliveryId> {
    let id = DeliveryId::new(now);
    let content = Content::new(message.title, message.body, message.enclosures)?;
    let content = content.addressed_to(message.addressee);
    let content = content.translated(message.translations)?;
    let content_sha256 = content.sha256()?;
    let delivery = NewDelivery {
        id,
        resident_id: message.resident,
        side: message.side,
        class: message.class,
        route: message.route,
        sender_department_id: message.sender_department,
        subject_ref: message.subject_ref,
        link: message.link,
        sealed_content: content.seal(keys, id)?,
        content_sha256: &content_sha256,
        deduplication_key: message.deduplication_key,
        published_at: now,
    };
    if !store::insert_delivery(conn, &delivery).await? {
        return store::find_by_key(conn, message.deduplication_key).await;
    }
    match message.route {
        Route::Paper => store::insert_paper_task(conn, id, message.sender_department).await?,
        Route::Digital => notify::promise(conn, message.resident, id, message.due, now).await?,
    }
    let stage = Stage::first(message.route);
    let evidence = Link::first(id, &content_sha256, stage, message.actor, now)?;
    store::insert_link(conn, &evidence).await?;
    audit::record(
        conn,
        Entry {
            occurred_at: now,
            actor: message.actor,
            action: "delivery.publish",
            object_kind: "delivery",
            object_id: Some(id.as_uuid()),
            request_id: None,
            detail: json!({ "class": message.class, "route": message.route }),
        },
    )
    .await?;
    Ok(id)
}
