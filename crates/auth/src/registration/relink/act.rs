//! What registrars do: one proposes, another one decides.

use audit::{Actor, Entry};
use platform::extract::IfMatch;
use platform::{AsyncPgConnection, Code, Error, Result};
use serde_json::json;

use super::joining::join;
use super::model::{RelinkId, RelinkProposal};
use super::state::{RelinkEvent, RelinkStatus};
use super::store::{self, Row};
use super::view::{EVIDENCE, REASON};
use crate::act::Act;
use crate::person::{ResidentId, StaffId};
use crate::residents;

/// What a registrar decides.
pub(crate) enum Decision {
    /// It is the same person.
    Approve,
    /// That is not certain, and why.
    Refuse(String),
}

/// Proposes that the login with which a registration was asked for lead to who its owner was before.
///
/// # Errors
/// 422 when the registration is none or over, nobody logs in as the former person, both are the same, they prove unequally well who
/// somebody is, or it is proposed already.
pub(crate) async fn propose(
    conn: &mut AsyncPgConnection,
    act: &Act,
    clerk: StaffId,
    proposal: &RelinkProposal,
) -> Result<Row> {
    let resident = store::who_asked(conn, proposal.registration).await?;
    let resident = resident.ok_or_else(|| {
        let message = "この利用登録はないか、終わっています。";
        Error::field("/registration", "unknown_registration", message)
    })?;
    check_former(conn, act, resident, proposal.former).await?;
    let id = RelinkId::new(act.now);
    let evidence = proposal.evidence.as_bytes();
    let row = Row {
        id,
        resident_id: resident,
        former_id: proposal.former,
        status: RelinkStatus::Proposed,
        version: 1,
        sealed_evidence: act.keys.seal(EVIDENCE, id.as_uuid(), evidence)?,
        sealed_reason: None,
        proposed_by: clerk,
        proposed_at: act.now,
        decided_by: None,
        decided_at: None,
    };
    store::insert(conn, &row).await?;
    record(conn, act, (&row, clerk), "relink.propose").await?;
    Ok(row)
}

async fn check_former(
    conn: &mut AsyncPgConnection,
    act: &Act,
    resident: ResidentId,
    former: ResidentId,
) -> Result<()> {
    if former == resident {
        let message = "新しいログインの方と同じ方です。";
        return Err(Error::field("/former", "same_resident", message));
    }
    if !store::has_login(conn, former).await? {
        let message = "このIDの方のログインはありません。";
        return Err(Error::field("/former", "unknown_resident", message));
    }
    let people = residents::attributes_of(conn, &act.keys, &[resident, former]).await?;
    let proved = |id| people.get(&id).map(|attributes| attributes.levels.ial);
    // Whichever proves less would open what it could not have opened.
    if proved(resident) != proved(former) {
        let message = "本人確認のレベルが違うログインは、同じ方に付け替えられません。";
        return Err(Error::field("/former", "unequal_proof", message));
    }
    Ok(())
}

/// Decides about a proposal.
///
/// # Errors
/// 412 when it has changed meanwhile; 409 `illegal_transition` when it is decided, or one of both is shut out; 403
/// `separation_of_duties` when whoever proposed it approves.
pub(crate) async fn decide(
    conn: &mut AsyncPgConnection,
    act: &Act,
    clerk: StaffId,
    (id, expected): (RelinkId, IfMatch),
    decision: Decision,
) -> Result<Row> {
    let mut row = store::lock(conn, id).await?;
    expected.check(row.version)?;
    let (event, action) = match decision {
        Decision::Approve => (RelinkEvent::Approve, "relink.approve"),
        Decision::Refuse(_) => (RelinkEvent::Refuse, "relink.refuse"),
    };
    row.status = row.status.apply(event)?;
    match decision {
        Decision::Approve if row.proposed_by == clerk => {
            let detail = "ご自分で提案した付替えです。ほかの利用登録担当が確認します。";
            return Err(Error::new(Code::SeparationOfDuties).detail(detail));
        }
        Decision::Approve => join(conn, act, clerk, (row.resident_id, row.former_id)).await?,
        Decision::Refuse(reason) => {
            let sealed = act.keys.seal(REASON, id.as_uuid(), reason.as_bytes())?;
            row.sealed_reason = Some(sealed);
        }
    }
    row.version += 1;
    row.decided_by = Some(clerk);
    row.decided_at = Some(act.now);
    store::save(conn, &row).await?;
    record(conn, act, (&row, clerk), action).await?;
    Ok(row)
}

async fn record(
    conn: &mut AsyncPgConnection,
    act: &Act,
    (row, clerk): (&Row, StaffId),
    action: &str,
) -> Result<()> {
    let entry = Entry {
        occurred_at: act.now,
        actor: Actor::Staff(clerk.as_uuid()),
        action,
        object_kind: "relink",
        object_id: Some(row.id.as_uuid()),
        request_id: Some(act.request),
        detail: json!({"resident": row.resident_id, "former": row.former_id, "version": row.version}),
    };
    audit::record(conn, entry).await
}
