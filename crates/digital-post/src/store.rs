//! All SQL of the crate.

use auth::{DepartmentId, ResidentId};
use chrono::{DateTime, Utc};
use diesel::dsl::{And, Eq, Filter, array_replace};
use diesel::prelude::*;
use diesel::sql_types::{self, Array};
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::evidence::Link;
use crate::model::{Class, DeliveryId, Route};
use crate::schema::{deliveries, delivery_events, paper_tasks};

/// A delivery to be written.
#[derive(Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub(crate) struct NewDelivery<'a> {
    pub(crate) id: DeliveryId,
    pub(crate) resident_id: ResidentId,
    pub(crate) side: &'a [ResidentId],
    pub(crate) class: Class,
    pub(crate) route: Route,
    pub(crate) sender_department_id: DepartmentId,
    pub(crate) subject_ref: &'a str,
    pub(crate) link: Option<&'a str>,
    pub(crate) sealed_content: Vec<u8>,
    pub(crate) content_sha256: &'a [u8],
    pub(crate) deduplication_key: &'a str,
    pub(crate) published_at: DateTime<Utc>,
}

/// A delivery as stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub(crate) struct Delivery {
    pub(crate) id: DeliveryId,
    pub(crate) resident_id: ResidentId,
    side: Vec<ResidentId>,
    pub(crate) class: Class,
    pub(crate) sender_department_id: DepartmentId,
    pub(crate) subject_ref: String,
    pub(crate) link: Option<String>,
    pub(crate) sealed_content: Vec<u8>,
    pub(crate) content_sha256: Vec<u8>,
    pub(crate) published_at: DateTime<Utc>,
    pub(crate) first_opened_at: Option<DateTime<Utc>>,
}

impl Delivery {
    /// The residents whose home it may tell.
    pub(crate) fn told_of(&self) -> Vec<ResidentId> {
        [&[self.resident_id][..], &self.side].concat()
    }
}

/// What is to be done about a paper delivery.
#[derive(Queryable, Selectable)]
#[diesel(table_name = paper_tasks)]
pub(crate) struct Task {
    pub(crate) handed_over_at: Option<DateTime<Utc>>,
    /// Whose task it is: the sender's, unless another department has taken its place.
    pub(crate) department_id: DepartmentId,
}

/// A paper delivery with its task.
pub(crate) type Paper = (Delivery, Task);

/// Answers `false` when the deduplication key is taken; the row stays as it is then.
pub(crate) async fn insert_delivery(
    conn: &mut AsyncPgConnection,
    delivery: &NewDelivery<'_>,
) -> Result<bool> {
    let inserted = diesel::insert_into(deliveries::table)
        .values(delivery)
        .on_conflict(deliveries::deduplication_key)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(inserted == 1)
}

pub(crate) async fn find_by_key(conn: &mut AsyncPgConnection, key: &str) -> Result<DeliveryId> {
    Ok(deliveries::table
        .filter(deliveries::deduplication_key.eq(key))
        .select(deliveries::id)
        .first(conn)
        .await?)
}

pub(crate) async fn insert_paper_task(
    conn: &mut AsyncPgConnection,
    id: DeliveryId,
    department: DepartmentId,
) -> Result<()> {
    diesel::insert_into(paper_tasks::table)
        .values((
            paper_tasks::delivery_id.eq(id),
            paper_tasks::department_id.eq(department),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn insert_link(conn: &mut AsyncPgConnection, link: &Link) -> Result<()> {
    diesel::insert_into(delivery_events::table)
        .values(link)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn last_link(conn: &mut AsyncPgConnection, id: DeliveryId) -> Result<Link> {
    Ok(delivery_events::table
        .filter(delivery_events::delivery_id.eq(id))
        .order(delivery_events::seq.desc())
        .select(Link::as_select())
        .first(conn)
        .await?)
}

pub(crate) async fn list_links(conn: &mut AsyncPgConnection, id: DeliveryId) -> Result<Vec<Link>> {
    Ok(delivery_events::table
        .filter(delivery_events::delivery_id.eq(id))
        .order(delivery_events::seq)
        .select(Link::as_select())
        .load(conn)
        .await?)
}

pub(crate) async fn set_first_opened(
    conn: &mut AsyncPgConnection,
    id: DeliveryId,
    at: DateTime<Utc>,
) -> Result<()> {
    diesel::update(deliveries::table.find(id))
        .set(deliveries::first_opened_at.eq(at))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_handed_over(
    conn: &mut AsyncPgConnection,
    id: DeliveryId,
    at: DateTime<Utc>,
) -> Result<()> {
    diesel::update(paper_tasks::table.find(id))
        .set(paper_tasks::handed_over_at.eq(at))
        .execute(conn)
        .await?;
    Ok(())
}

/// What lies in a resident's digital post.
fn inbox(resident: ResidentId) -> Inbox {
    let own = deliveries::resident_id.eq(resident);
    deliveries::table.filter(own.and(deliveries::route.eq(Route::Digital)))
}

type Inbox = Filter<
    deliveries::table,
    And<Eq<deliveries::resident_id, ResidentId>, Eq<deliveries::route, Route>>,
>;

/// Newest first, one more than the limit.
pub(crate) async fn list_inbox(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
    after: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let mut page = inbox(resident)
        .select(Delivery::as_select())
        .order(deliveries::id.desc())
        .limit(limit + 1)
        .into_boxed();
    if let Some(after) = after {
        page = page.filter(deliveries::id.lt(after));
    }
    Ok(page.load(conn).await?)
}

/// `not_found` also when it is somebody else's or paper.
pub(crate) async fn load_message(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
    id: DeliveryId,
) -> Result<Delivery> {
    Ok(inbox(resident)
        .filter(deliveries::id.eq(id))
        .select(Delivery::as_select())
        .first(conn)
        .await?)
}

/// Sender and recipient of a delivery nobody has opened yet.
pub(crate) async fn unopened(
    conn: &mut AsyncPgConnection,
    id: DeliveryId,
) -> Result<Option<(DepartmentId, ResidentId)>> {
    Ok(deliveries::table
        .find(id)
        .filter(deliveries::first_opened_at.is_null())
        .select((deliveries::sender_department_id, deliveries::resident_id))
        .first(conn)
        .await
        .optional()?)
}

/// As [`load_message`], held until the transaction ends.
pub(crate) async fn lock_message(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
    id: DeliveryId,
) -> Result<()> {
    inbox(resident)
        .filter(deliveries::id.eq(id))
        .select(deliveries::id)
        .for_update()
        .first::<DeliveryId>(conn)
        .await?;
    Ok(())
}

pub(crate) async fn count_unread(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
) -> Result<i64> {
    Ok(inbox(resident)
        .filter(deliveries::first_opened_at.is_null())
        .count()
        .get_result(conn)
        .await?)
}

/// Tasks still open, oldest first, one more than the limit; of all departments when none are named.
pub(crate) async fn list_open_paper(
    conn: &mut AsyncPgConnection,
    departments: Option<&[DepartmentId]>,
    after: Option<DeliveryId>,
    limit: i64,
) -> Result<Vec<Paper>> {
    let mut page = paper_tasks::table
        .inner_join(deliveries::table)
        .filter(paper_tasks::handed_over_at.is_null())
        .select(Paper::as_select())
        .order(paper_tasks::delivery_id)
        .limit(limit + 1)
        .into_boxed();
    if let Some(departments) = departments {
        page = page.filter(paper_tasks::department_id.eq_any(departments));
    }
    if let Some(after) = after {
        page = page.filter(paper_tasks::delivery_id.gt(after));
    }
    Ok(page.load(conn).await?)
}

pub(crate) async fn load_paper(conn: &mut AsyncPgConnection, id: DeliveryId) -> Result<Paper> {
    Ok(paper_tasks::table
        .inner_join(deliveries::table)
        .filter(paper_tasks::delivery_id.eq(id))
        .select(Paper::as_select())
        .first(conn)
        .await?)
}

/// As [`load_paper`], held until the transaction ends.
pub(crate) async fn lock_paper(conn: &mut AsyncPgConnection, id: DeliveryId) -> Result<Paper> {
    Ok(paper_tasks::table
        .inner_join(deliveries::table)
        .filter(paper_tasks::delivery_id.eq(id))
        .select(Paper::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// Open paper tasks of one department become another's; answers how many. Who sent the message stays who sent it.
///
/// # Errors
/// When the rows cannot be written.
pub async fn move_paper_tasks(
    conn: &mut AsyncPgConnection,
    from: DepartmentId,
    to: DepartmentId,
) -> Result<usize> {
    Ok(diesel::update(paper_tasks::table)
        .filter(paper_tasks::department_id.eq(from))
        .filter(paper_tasks::handed_over_at.is_null())
        .set(paper_tasks::department_id.eq(to))
        .execute(conn)
        .await?)
}

/// Messages to one resident are another's, and whatever tells where the one lives tells where the other does; those that were
/// sent to them or to those beside them. Answers which became another's.
///
/// # Errors
/// When the rows cannot be written.
pub async fn move_resident(
    conn: &mut AsyncPgConnection,
    (from, to): (ResidentId, ResidentId),
    beside: &[ResidentId],
) -> Result<Vec<DeliveryId>> {
    let concerned = [&[from], beside].concat();
    let side = array_replace::<Array<_>, sql_types::Uuid, _, _, _>(deliveries::side, from, to);
    diesel::update(deliveries::table)
        .filter(deliveries::resident_id.eq_any(concerned))
        .filter(deliveries::side.contains(vec![from]))
        .set(deliveries::side.eq(side))
        .execute(conn)
        .await?;
    Ok(diesel::update(deliveries::table)
        .filter(deliveries::resident_id.eq(from))
        .set(deliveries::resident_id.eq(to))
        .returning(deliveries::id)
        .get_results(conn)
        .await?)
}
