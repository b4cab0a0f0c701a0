//! What residents do: ask to be found, look, and end it.

use audit::Actor;
use calendar::jst_date;
use chrono::Days;
use platform::{AsyncPgConnection, Code, Error, Result};

use super::{happen, record, take_turn_at};
use crate::act::Act;
use crate::assurance::Ial;
use crate::person::ResidentId;
use crate::registration::addressee::AddresseeId;
use crate::registration::basics::Basics;
use crate::registration::candidates::{candidates, only_certain};
use crate::registration::model::resident::OwnRegistration;
use crate::registration::model::{RegistrationId, Vouched};
use crate::registration::state::{RegistrationEvent, RegistrationStatus};
use crate::registration::store::{self, Row};
use crate::residents;
use crate::store::take_turn;

/// How often a resident may ask within [`A_YEAR`]: each request is kept for good and may take a clerk.
const MOST_REQUESTS: i64 = 10;
/// Days in Japan, today among them.
const A_YEAR: Days = Days::new(365);

/// What came of a request.
pub(crate) enum Requested {
    /// It is made now.
    Now(OwnRegistration),
    /// It had been made before and still stands.
    Before(OwnRegistration),
}

/// Asks to be found in the register. Whom all four attributes name, and whom nobody is linked to, is linked at once; anything
/// else waits for a clerk, and looks the same to the resident. A link to somebody whom the register lacks ends with it.
///
/// # Errors
/// 409 `too_many_registrations` when they have asked ten times within 365 days; 409 `no_verified_attributes` when no provider
/// has vouched for who they are.
pub(crate) async fn request(
    conn: &mut AsyncPgConnection,
    act: &Act,
    resident: ResidentId,
) -> Result<Requested> {
    take_turn(conn, format!("registration of {resident}")).await?;
    if let Some(mut living) = store::lock_living(conn, resident).await? {
        if !names_somebody_gone(conn, &living).await? {
            return Ok(Requested::Before(living.own(&act.keys)?));
        }
        living.decided_by = None;
        let event = RegistrationEvent::End;
        happen(conn, act, &mut living, event, Actor::System).await?;
    }
    must_not_ask_too_often(conn, act, resident).await?;
    let attributes = residents::attributes(conn, &act.keys, resident).await?;
    let proved = attributes.filter(|attributes| attributes.levels.ial >= Ial::TWO);
    let vouched = Vouched::from(proved.ok_or(Code::NoVerifiedAttributes)?);
    let mut row = pending(act, resident, &vouched)?;
    store::insert(conn, &row).await?;
    record(conn, act, (&row, None), "request", actor(resident)).await?;
    if let Some(addressee) = certain(conn, act, resident, &vouched.basics).await? {
        row.addressee_id = Some(addressee);
        happen(conn, act, &mut row, RegistrationEvent::Link, Actor::System).await?;
    }
    Ok(Requested::Now(row.own(&act.keys)?))
}

/// # Errors
/// 409 `too_many_registrations`, which says from which day on they may ask again.
async fn must_not_ask_too_often(
    conn: &mut AsyncPgConnection,
    act: &Act,
    resident: ResidentId,
) -> Result<()> {
    let tenth = store::nth_newest_request(conn, resident, MOST_REQUESTS).await?;
    let again = tenth.map(|requested_at| jst_date(requested_at) + A_YEAR);
    match again {
        Some(day) if jst_date(act.now) < day => {
            let day = day.format("%Y年%-m月%-d日");
            let detail = format!(
                "利用登録のお申し込みは、1年に{MOST_REQUESTS}回までです。{day}から、またお申し込みいただけます。お急ぎのときは、市の窓口へご相談ください。"
            );
            Err(Error::new(Code::TooManyRegistrations).detail(detail))
        }
        _ => Ok(()),
    }
}

async fn names_somebody_gone(conn: &mut AsyncPgConnection, row: &Row) -> Result<bool> {
    let Some(named) = row.addressee_id else {
        return Ok(false);
    };
    let found = store::find_addressee(conn, named).await?;
    Ok(found.is_some_and(|found| found.gone_at.is_some()))
}

/// The resident's last registration, if there ever was one.
///
/// # Errors
/// When what is sealed cannot be opened.
pub(crate) async fn own(
    conn: &mut AsyncPgConnection,
    act: &Act,
    resident: ResidentId,
) -> Result<Option<OwnRegistration>> {
    let newest = store::newest(conn, resident).await?;
    newest.map(|row| row.own(&act.keys)).transpose()
}

/// Ends the resident's registration, if it stands.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn end(
    conn: &mut AsyncPgConnection,
    act: &Act,
    resident: ResidentId,
) -> Result<()> {
    let Some(mut row) = store::lock_living(conn, resident).await? else {
        return Ok(());
    };
    let event = row.status.ending();
    row.decided_by = None;
    happen(conn, act, &mut row, event, actor(resident)).await
}

fn actor(resident: ResidentId) -> Actor {
    Actor::Resident(resident.as_uuid())
}

fn pending(act: &Act, resident: ResidentId, vouched: &Vouched) -> Result<Row> {
    let id = RegistrationId::new(act.now);
    Ok(Row {
        id,
        resident_id: resident,
        status: RegistrationStatus::Pending,
        addressee_id: None,
        sealed_attributes: vouched.seal(&act.keys, id)?,
        sealed_reason: None,
        version: 1,
        decided_by: None,
        requested_at: act.now,
        settled_at: None,
        link_decided_by: None,
    })
}

/// Whom the resident is without a doubt. Where a clerk has once refused or ended it, a clerk decides again.
async fn certain(
    conn: &mut AsyncPgConnection,
    act: &Act,
    resident: ResidentId,
    basics: &Basics,
) -> Result<Option<AddresseeId>> {
    let found = candidates(conn, &act.keys, basics).await?;
    let Some(addressee) = only_certain(&found) else {
        return Ok(None);
    };
    take_turn_at(conn, addressee).await?;
    let is_taken = store::link_to(conn, addressee).await?.is_some();
    let is_doubted = store::is_judged_by_clerk(conn, resident).await?;
    Ok((!is_taken && !is_doubted).then_some(addressee))
}
