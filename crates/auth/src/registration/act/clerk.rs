//! What clerks decide.

use audit::Actor;
use platform::extract::IfMatch;
use platform::{AsyncPgConnection, Code, Error, Result};

use super::{happen, take_turn_at};
use crate::act::Act;
use crate::person::{ResidentId, StaffId};
use crate::registration::addressee::AddresseeId;
use crate::registration::model::RegistrationId;
use crate::registration::model::clerk::RegistrationLink;
use crate::registration::state::{RegistrationEvent, RegistrationStatus};
use crate::registration::store::{self, Row};

/// What a clerk decides.
pub(crate) enum Decision {
    /// This is who they are.
    Link(RegistrationLink),
    /// Nobody of the register, and why.
    Refuse(String),
    /// It stands no more, and why.
    End(String),
    /// It meant somebody else, and why.
    FindMistaken(String),
}

impl Decision {
    fn event(&self) -> RegistrationEvent {
        match self {
            Self::Link(_) => RegistrationEvent::Link,
            Self::Refuse(_) => RegistrationEvent::Refuse,
            Self::End(_) => RegistrationEvent::End,
            Self::FindMistaken(_) => RegistrationEvent::FindMistaken,
        }
    }
}

/// What somebody reads whose link was moved.
const MOVED: &str = "同じ方が別のログインで利用登録をしたため、この登録は終わりました。お心当たりがないときは、市へお問い合わせください。";

/// Decides as a clerk.
///
/// # Errors
/// 412 when it has changed meanwhile; 409 `illegal_transition` when it does not wait for that; for a link 422 when nobody has
/// the number, 409 `addressee_linked` when the number is linked otherwise than the clerk has seen; 403 `separation_of_duties`
/// when the clerk who linked it finds it mistaken.
pub(crate) async fn decide(
    conn: &mut AsyncPgConnection,
    act: &Act,
    clerk: StaffId,
    (id, expected): (RegistrationId, IfMatch),
    decision: Decision,
) -> Result<Row> {
    let mut row = store::lock(conn, id).await?;
    expected.check(row.version)?;
    let event = decision.event();
    row.status.apply(event)?;
    match decision {
        Decision::Link(link) => {
            row.addressee_id = Some(free(conn, act, clerk, link).await?);
            row.link_decided_by = Some(clerk);
        }
        Decision::FindMistaken(reason) => {
            must_be_anothers_link(&row, clerk)?;
            row.sealed_reason = Some(row.seal_reason(&act.keys, &reason)?);
        }
        Decision::Refuse(reason) | Decision::End(reason) => {
            row.sealed_reason = Some(row.seal_reason(&act.keys, &reason)?);
        }
    }
    row.decided_by = Some(clerk);
    happen(conn, act, &mut row, event, actor(clerk)).await?;
    Ok(row)
}

/// Protection goes with a mistaken link, so two have to look: whoever made it does not undo it.
///
/// # Errors
/// 409 `illegal_transition` when it names nobody; 403 `separation_of_duties` for one's own link.
fn must_be_anothers_link(row: &Row, clerk: StaffId) -> Result<()> {
    if row.addressee_id.is_none() {
        let nothing: [String; 0] = [];
        return Err(Error::new(Code::IllegalTransition).allowed_events(nothing));
    }
    if row.link_decided_by == Some(clerk) {
        let detail = "ご自分で結び付けた登録です。別人かどうかは、ほかの利用登録担当が確認します。";
        return Err(Error::new(Code::SeparationOfDuties).detail(detail));
    }
    Ok(())
}

/// The person with the number, to whom nobody is linked any more.
async fn free(
    conn: &mut AsyncPgConnection,
    act: &Act,
    clerk: StaffId,
    link: RegistrationLink,
) -> Result<AddresseeId> {
    let addressee = AddresseeId::of(&act.keys, &link.addressee_number)?;
    if !store::hold_addressee(conn, addressee).await? {
        let message = "この宛名番号の方は、取り込まれた宛名にありません。";
        return Err(Error::field(
            "/addressee_number",
            "unknown_addressee",
            message,
        ));
    }
    take_turn_at(conn, addressee).await?;
    match (store::link_to(conn, addressee).await?, link.in_place_of) {
        (None, None) => {}
        (Some(linked), Some(seen)) if linked == seen => unlink(conn, act, clerk, linked).await?,
        _ => return Err(Code::AddresseeLinked.into()),
    }
    Ok(addressee)
}

/// Ends the registration that a link is taken from.
async fn unlink(
    conn: &mut AsyncPgConnection,
    act: &Act,
    clerk: StaffId,
    id: RegistrationId,
) -> Result<()> {
    let mut row = store::lock(conn, id).await?;
    row.sealed_reason = Some(row.seal_reason(&act.keys, MOVED)?);
    row.decided_by = Some(clerk);
    happen(conn, act, &mut row, RegistrationEvent::End, actor(clerk)).await
}

/// Of two residents who become one, the one who stays keeps their registration; the other's ends where both have one, unless it
/// alone says who they are.
///
/// # Errors
/// 409 `illegal_transition` when they are linked to two people of the register.
pub(in crate::registration) async fn leave_to(
    conn: &mut AsyncPgConnection,
    act: &Act,
    clerk: StaffId,
    (from, to): (ResidentId, ResidentId),
) -> Result<()> {
    let living = (
        store::lock_living(conn, from).await?,
        store::lock_living(conn, to).await?,
    );
    let (Some(leaving), Some(staying)) = living else {
        return Ok(());
    };
    let mut over = match (leaving.status, staying.status) {
        (RegistrationStatus::Linked, RegistrationStatus::Linked) => {
            let detail = "お二人は、宛名の別々の方に結び付けられています。";
            let nothing: [String; 0] = [];
            let refused = Error::new(Code::IllegalTransition).allowed_events(nothing);
            return Err(refused.detail(detail));
        }
        (RegistrationStatus::Linked, _) => staying,
        _ => leaving,
    };
    over.decided_by = Some(clerk);
    let event = over.status.ending();
    happen(conn, act, &mut over, event, actor(clerk)).await
}

fn actor(clerk: StaffId) -> Actor {
    Actor::Staff(clerk.as_uuid())
}
