//! A resident's digital post.

use actix_web::web::{Data, Path};
use actix_web::{Responder, get, post, web};
use auth::ResidentId;
use auth::mandates::{Acting, Right};
use auth::registration::check_files;
use diesel_async::AsyncConnection as _;
use keys::Keys;
use platform::extract::{Query, RequestId};
use platform::page::{Page, PageQuery};
use platform::{AsyncPgConnection, Clock, Db, Result, Storage, download};

use crate::advance::{Step, advance, note_reading};
use crate::content::Content;
use crate::model::{Body, DeliveryId, MessageDetail, MessageSummary, UnreadCount};
use crate::sender::Senders;
use crate::state::Event;
use crate::store;

platform::problem_responses! {
    pub(crate) ListProblems: 400, 401;
    pub(crate) MessageProblems: 401, 404;
    pub(crate) DownloadProblems: 401, 404, 409;
    pub(crate) CountProblems: 401;
}

/// The resident's messages, newest first
#[utoipa::path(tag = "digital-post", operation_id = "listMessages", security(("bearer" = [])), params(PageQuery),
    responses((status = 200, description = "A page of messages", body = Page<MessageSummary>), ListProblems))]
#[get("/v1/post/messages")]
pub(super) async fn list_messages(
    reader: Acting,
    db: Db,
    keys: Data<Keys>,
    query: Query<PageQuery>,
) -> Result<impl Responder> {
    reader.must_have(Right::ReceivePost)?;
    let Query(query) = query;
    let mut conn = db.connection().await?;
    let rows =
        store::list_inbox(&mut conn, reader.principal(), query.after()?, query.limit()).await?;
    let senders = Senders::load(&mut conn).await?;
    let messages = rows.into_iter().map(|delivery| {
        let content = Content::open(&keys, delivery.id, &delivery.sealed_content)?;
        let sender = senders.of(delivery.sender_department_id)?;
        Ok(MessageSummary::new(delivery, content.title, sender))
    });
    let messages = messages.collect::<Result<Vec<_>>>()?;
    let page = Page::cut(messages, query.limit(), |last| last.id, |message| message)?;
    Ok(web::Json(page))
}

/// One message with its evidence
///
/// The body is null until the message has been opened.
#[utoipa::path(tag = "digital-post", operation_id = "getMessage", security(("bearer" = [])),
    params(("id" = DeliveryId, Path, description = "The message")),
    responses((status = 200, description = "The message", body = MessageDetail), MessageProblems))]
#[get("/v1/post/messages/{id}")]
pub(super) async fn get_message(
    reader: Acting,
    db: Db,
    keys: Data<Keys>,
    id: Path<DeliveryId>,
) -> Result<impl Responder> {
    reader.must_have(Right::ReceivePost)?;
    let mut conn = db.connection().await?;
    let message = show(&mut conn, &keys, reader.principal(), *id, Body::IfOpened).await?;
    Ok(web::Json(message))
}

/// Opens a message
///
/// The first opening is recorded as evidence; opening again only answers the message.
#[utoipa::path(tag = "digital-post", operation_id = "openMessage", security(("bearer" = [])),
    params(("id" = DeliveryId, Path, description = "The message")),
    responses((status = 200, description = "The message with its body", body = MessageDetail), MessageProblems))]
#[post("/v1/post/messages/{id}/open")]
pub(super) async fn open_message(
    reader: Acting,
    db: Db,
    clock: Clock,
    keys: Data<Keys>,
    request: RequestId,
    id: Path<DeliveryId>,
) -> Result<impl Responder> {
    reader.must_have(Right::ReceivePost)?;
    let mut conn = db.connection().await?;
    let opened = conn.transaction(async |conn| {
        store::lock_message(conn, reader.principal(), *id).await?;
        let step = Step {
            event: Event::Open,
            actor: reader.resident.actor(),
            request,
            at: clock.legal_now(conn).await?,
        };
        take(conn, *id, &reader, step).await?;
        show(conn, &keys, reader.principal(), *id, Body::Revealed).await
    });
    Ok(web::Json(opened.await?))
}

/// Save a file that came with a message
///
/// The message has to be opened first. The first download is recorded as evidence.
#[utoipa::path(tag = "digital-post", operation_id = "downloadEnclosure", security(("bearer" = [])),
    params(("id" = DeliveryId, Path, description = "The message"),
        ("number" = usize, Path, minimum = 1, example = 1, description = "Its place among `enclosures`, from 1")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("content-disposition" = String, description = "attachment, with the file's name (RFC 6266)"))),
        DownloadProblems))]
#[get("/v1/post/messages/{id}/enclosures/{number}")]
pub(super) async fn download_enclosure(
    reader: Acting,
    db: Db,
    clock: Clock,
    keys: Data<Keys>,
    storage: Data<Storage>,
    request: RequestId,
    path: Path<(DeliveryId, usize)>,
) -> Result<impl Responder> {
    reader.must_have(Right::ReceivePost)?;
    let (id, number) = path.into_inner();
    let enclosure = {
        let mut conn = db.connection().await?;
        let delivery = store::load_message(&mut conn, reader.principal(), id).await?;
        check_files(&mut conn, &delivery.told_of(), reader.resident.id).await?;
        Content::open(&keys, id, &delivery.sealed_content)?.enclosure(number)?
    };
    // Opened before it goes on record: a file that the storage does not give was not downloaded.
    let file = download(&storage, &enclosure.storage_key(), enclosure.name).await?;
    let mut conn = db.connection().await?;
    conn.transaction(async |conn| {
        store::lock_message(conn, reader.principal(), id).await?;
        let step = Step {
            event: Event::Download,
            actor: reader.resident.actor(),
            request,
            at: clock.legal_now(conn).await?,
        };
        take(conn, id, &reader, step).await
    })
    .await?;
    Ok(file)
}

/// How many messages have never been opened
#[utoipa::path(tag = "digital-post", operation_id = "countUnread", security(("bearer" = [])),
    responses((status = 200, description = "The count", body = UnreadCount), CountProblems))]
#[get("/v1/post/unread-count")]
pub(super) async fn count_unread(reader: Acting, db: Db) -> Result<impl Responder> {
    reader.must_have(Right::ReceivePost)?;
    let mut conn = db.connection().await?;
    let unread = store::count_unread(&mut conn, reader.principal()).await?;
    Ok(web::Json(UnreadCount { unread }))
}

/// A step of the reader's: the principal's own, or of a representative, whose reading is the principal's only where the
/// mandate says so. Otherwise it is on record, and changes nothing for the principal.
async fn take(
    conn: &mut AsyncPgConnection,
    id: DeliveryId,
    reader: &Acting,
    step: Step,
) -> Result<()> {
    match &reader.mandate {
        Some(mandate) if !mandate.counts_as_reading => {
            note_reading(conn, id, mandate.id, step).await
        }
        _ => advance(conn, id, reader.mandate_id(), step).await,
    }
}

async fn show(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    resident: ResidentId,
    id: DeliveryId,
    body: Body,
) -> Result<MessageDetail> {
    let delivery = store::load_message(conn, resident, id).await?;
    let links = store::list_links(conn, id).await?;
    let sender = Senders::load(conn)
        .await?
        .of(delivery.sender_department_id)?;
    let content = Content::open(keys, id, &delivery.sealed_content)?;
    MessageDetail::new(delivery, content, body, sender, &links)
}
