//! Paper tasks: messages for residents who did not ask for digital ones.

use actix_web::web::{Data, Path};
use actix_web::{Responder, get, post, web};
use audit::Entry;
use auth::{DepartmentId, Reach, ResidentId, Staff, registration};
use diesel_async::AsyncConnection as _;
use keys::Keys;
use platform::extract::{Query, RequestId};
use platform::page::{Page, PageQuery};
use platform::{AsyncPgConnection, Clock, Code, Db, Error, Result, Storage, download};
use serde_json::{Value, json};

use crate::advance::{Step, advance};
use crate::content::Content;
use crate::model::{Address, DeliveryId, PaperTask, PaperTaskDetail};
use crate::sender::Senders;
use crate::state::Event;
use crate::store::{self, Paper, Task};

platform::problem_responses! {
    pub(crate) ListProblems: 400, 401, 403;
    pub(crate) ReadProblems: 401, 403, 404;
    pub(crate) HandOverProblems: 401, 403, 404, 409;
}

/// Open paper tasks, oldest first
#[utoipa::path(tag = "digital-post", operation_id = "listPaperTasks", security(("bearer" = [])), params(PageQuery),
    responses((status = 200, description = "A page of tasks", body = Page<PaperTask>), ListProblems))]
#[get("/v1/paper-tasks")]
pub(super) async fn list_paper_tasks(
    staff: Staff,
    db: Db,
    query: Query<PageQuery>,
) -> Result<impl Responder> {
    let Query(query) = query;
    let (after, limit) = (query.after()?, query.limit());
    let mut conn = db.connection().await?;
    let departments = staff.scope().departments();
    let rows = store::list_open_paper(&mut conn, departments.as_deref(), after, limit).await?;
    let senders = Senders::load(&mut conn).await?;
    let tasks = rows.iter().map(|paper| {
        let sender = senders.of(paper.0.sender_department_id)?;
        Ok(PaperTask::new(paper, sender))
    });
    let tasks = tasks.collect::<Result<Vec<_>>>()?;
    let page = Page::cut(tasks, limit, |last| last.delivery_id, |task| task)?;
    Ok(web::Json(page))
}

/// One paper task with the text to print
///
/// The reading is recorded.
#[utoipa::path(tag = "digital-post", operation_id = "getPaperTask", security(("bearer" = [])),
    params(("id" = DeliveryId, Path, description = "The delivery")),
    responses((status = 200, description = "The task", body = PaperTaskDetail), ReadProblems))]
#[get("/v1/paper-tasks/{id}")]
pub(super) async fn get_paper_task(
    staff: Staff,
    db: Db,
    clock: Clock,
    keys: Data<Keys>,
    request: RequestId,
    id: Path<DeliveryId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let reading = Reading {
        staff: &staff,
        keys: &keys,
        clock: &clock,
        request,
    };
    let read = conn.transaction(async |conn| {
        let (paper, content, address) = reading.record(conn, *id, json!({})).await?;
        let sender = Senders::load(conn)
            .await?
            .of(paper.0.sender_department_id)?;
        Ok::<_, Error>(PaperTaskDetail::new(paper, content, address, sender))
    });
    Ok(web::Json(read.await?))
}

/// A file to print with a paper task
///
/// The reading is recorded.
#[utoipa::path(tag = "digital-post", operation_id = "downloadPaperEnclosure", security(("bearer" = [])),
    params(("id" = DeliveryId, Path, description = "The delivery"),
        ("number" = usize, Path, minimum = 1, example = 1, description = "Its place among `enclosures`, from 1")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("content-disposition" = String, description = "attachment, with the file's name (RFC 6266)"))),
        ReadProblems))]
#[get("/v1/paper-tasks/{id}/enclosures/{number}")]
pub(super) async fn download_paper_enclosure(
    staff: Staff,
    db: Db,
    clock: Clock,
    keys: Data<Keys>,
    storage: Data<Storage>,
    request: RequestId,
    path: Path<(DeliveryId, usize)>,
) -> Result<impl Responder> {
    let (id, number) = path.into_inner();
    let reading = Reading {
        staff: &staff,
        keys: &keys,
        clock: &clock,
        request,
    };
    let enclosure = {
        let mut conn = db.connection().await?;
        conn.transaction(async |conn| {
            let detail = json!({ "enclosure": number });
            let (_, content, address) = reading.record(conn, id, detail).await?;
            if address == Address::Hidden {
                let hidden =
                    "支援措置の方の住所が印刷されています。利用登録担当に依頼してください。";
                return Err(Error::new(Code::Forbidden).detail(hidden));
            }
            content.enclosure(number)
        })
        .await?
    };
    download(&storage, &enclosure.storage_key(), enclosure.name).await
}

/// A clerk reading what is to be printed, which is recorded.
struct Reading<'a> {
    staff: &'a Staff,
    keys: &'a Keys,
    clock: &'a Clock,
    request: RequestId,
}

impl Reading<'_> {
    async fn record(
        &self,
        conn: &mut AsyncPgConnection,
        id: DeliveryId,
        detail: Value,
    ) -> Result<(Paper, Content, Address)> {
        let paper = store::load_paper(conn, id).await?;
        within_scope(self.staff, paper.1.department_id)?;
        let entry = Entry {
            occurred_at: self.clock.now(),
            actor: self.staff.actor(),
            action: "paper_task.read",
            object_kind: "delivery",
            object_id: Some(id.as_uuid()),
            request_id: Some(self.request),
            detail,
        };
        audit::record(conn, entry).await?;
        let content = Content::open(self.keys, id, &paper.0.sealed_content)?;
        let address = self.address(conn, &paper.0.told_of(), &content).await?;
        Ok((paper, content, address))
    }

    /// Whether they may see the address that the content has. That a registrar sees a protected one is recorded.
    async fn address(
        &self,
        conn: &mut AsyncPgConnection,
        told_of: &[ResidentId],
        content: &Content,
    ) -> Result<Address> {
        let protected = registration::protected_among(conn, told_of).await?;
        if protected.is_empty() {
            return Ok(Address::Shown);
        }
        if !content.has_address() {
            return Ok(Address::LeftOut);
        }
        if !self.staff.is_registrar() {
            return Ok(Address::Hidden);
        }
        let reading = registration::Reading {
            clerk: self.staff,
            request: self.request,
            now: self.clock.now(),
        };
        registration::record_readings(conn, &protected, reading).await?;
        Ok(Address::Shown)
    }
}

/// Records that the paper was handed over
#[utoipa::path(tag = "digital-post", operation_id = "handOverPaper", security(("bearer" = [])),
    params(("id" = DeliveryId, Path, description = "The delivery")),
    responses((status = 200, description = "The task, done", body = PaperTask), HandOverProblems))]
#[post("/v1/paper-tasks/{id}/hand-over")]
pub(super) async fn hand_over_paper(
    staff: Staff,
    db: Db,
    clock: Clock,
    request: RequestId,
    id: Path<DeliveryId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let done = conn.transaction(async |conn| {
        let (delivery, task) = store::lock_paper(conn, *id).await?;
        within_scope(&staff, task.department_id)?;
        let at = clock.legal_now(conn).await?;
        let step = Step {
            event: Event::HandOver,
            actor: staff.actor(),
            request,
            at,
        };
        advance(conn, *id, None, step).await?;
        let task = Task {
            handed_over_at: Some(at),
            ..task
        };
        let sender = Senders::load(conn)
            .await?
            .of(delivery.sender_department_id)?;
        Ok::<_, Error>(PaperTask::new(&(delivery, task), sender))
    });
    Ok(web::Json(done.await?))
}

/// Another department's task is an unknown one. Of which procedure it is nobody knows here, so it takes the whole department.
fn within_scope(staff: &Staff, department: DepartmentId) -> Result<()> {
    if staff.scope().contains(&Reach::whole(Some(department))) {
        Ok(())
    } else {
        Err(Code::NotFound.into())
    }
}
