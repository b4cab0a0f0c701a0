//! Registrations put together for clerks' eyes.

use std::collections::HashMap;

use keys::Keys;
use platform::{AsyncPgConnection, Result};

use super::addressee::{Addressee, AddresseeId};
use super::candidates::{Candidate, candidates};
use super::model::RegistrationId;
use super::model::clerk::{RegisterEntry, RegistrationDetail, RegistrationSummary};
use super::protection::{self, Reading};
use super::state::RegistrationStatus;
use super::store::{self, Row};
use crate::person::{ResidentId, StaffId};

/// 宛名番号 of the person a resident is linked to, if they are and the register still has that person.
///
/// # Errors
/// When what is sealed cannot be opened.
pub async fn addressee_number(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    resident: ResidentId,
) -> Result<Option<String>> {
    let linked = store::linked_person(conn, resident).await?;
    let addressee = linked.map(|found| Addressee::open(keys, found.id, &found.sealed));
    Ok(addressee.transpose()?.map(|addressee| addressee.number))
}

/// Whether a resident is linked to a person whom the register still has.
///
/// # Errors
/// When the database cannot be asked.
pub async fn is_registered(conn: &mut AsyncPgConnection, resident: ResidentId) -> Result<bool> {
    store::has_linked_person(conn, resident).await
}

/// A line of the queue.
///
/// # Errors
/// When what is sealed cannot be opened.
pub(crate) fn summary(keys: &Keys, row: &Row) -> Result<RegistrationSummary> {
    Ok(RegistrationSummary {
        id: row.id,
        status: row.status,
        version: row.version,
        resident_id: row.resident_id.as_uuid(),
        name: row.vouched(keys)?.basics.name,
        requested_at: row.requested_at,
    })
}

/// A registration with whom it names or may mean. That protected addresses are shown is recorded.
///
/// # Errors
/// When what is sealed cannot be opened.
pub(crate) async fn detail(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    row: &Row,
    reading: Reading<'_>,
) -> Result<RegistrationDetail> {
    let resident = row.vouched(keys)?;
    let named = match row.addressee_id {
        Some(id) => store::find_addressee(conn, id).await?,
        None => None,
    };
    let named = named.map(|found| Candidate::beside(&resident.basics, found, keys));
    let named = named.transpose()?;
    let meant = match row.status {
        RegistrationStatus::Pending => candidates(conn, keys, &resident.basics).await?,
        _ => Vec::new(),
    };
    record(conn, row.resident_id, named.iter().chain(&meant), reading).await?;
    let shown: Vec<_> = named
        .iter()
        .chain(&meant)
        .map(|candidate| candidate.id)
        .collect();
    let links = store::links_to(conn, &shown).await?;
    let entry = |candidate| entry(candidate, &links);
    Ok(RegistrationDetail {
        id: row.id,
        status: row.status,
        version: row.version,
        resident_id: row.resident_id.as_uuid(),
        resident,
        addressee: named.map(entry),
        candidates: meant.into_iter().map(entry).collect(),
        reason: row.reason(keys)?,
        decided_by: row.decided_by.map(StaffId::as_uuid),
        link_decided_by: row.link_decided_by.map(StaffId::as_uuid),
        requested_at: row.requested_at,
        settled_at: row.settled_at,
    })
}

async fn record(
    conn: &mut AsyncPgConnection,
    resident: ResidentId,
    shown: impl Iterator<Item = &Candidate>,
    reading: Reading<'_>,
) -> Result<()> {
    for addressee in shown.filter(|candidate| candidate.protected) {
        let object = ("addressee", addressee.id.as_uuid());
        reading.record(conn, object).await?;
    }
    protection::record_if_protected(conn, &[resident], reading).await
}

fn entry(candidate: Candidate, links: &HashMap<AddresseeId, RegistrationId>) -> RegisterEntry {
    RegisterEntry {
        addressee_number: candidate.addressee.number,
        basics: candidate.addressee.basics,
        matches: candidate.matches,
        protected: candidate.protected,
        gone_at: candidate.gone_at,
        linked_by: links.get(&candidate.id).copied(),
    }
}
