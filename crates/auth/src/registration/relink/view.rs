//! Relinks put together for registrars' eyes.

use keys::Keys;
use platform::{AsyncPgConnection, Result};

use super::model::{RelinkDetail, RelinkSummary};
use super::store::Row;
use crate::registration::Reading;
use crate::registration::model::Vouched;
use crate::registration::protection::record_if_protected;
use crate::residents;

/// The places evidence and reasons are sealed for.
pub(super) const EVIDENCE: &str = "relinks.evidence";
pub(super) const REASON: &str = "relinks.reason";

impl Row {
    /// A line of the queue.
    pub(crate) fn summary(&self) -> RelinkSummary {
        RelinkSummary {
            id: self.id,
            status: self.status,
            version: self.version,
            resident_id: self.resident_id,
            former_id: self.former_id,
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at,
        }
    }
}

/// A relink with who both are. That protected addresses are shown is recorded.
///
/// # Errors
/// When what is sealed cannot be opened.
pub(crate) async fn detail(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    row: &Row,
    reading: Reading<'_>,
) -> Result<RelinkDetail> {
    let both = [row.resident_id, row.former_id];
    record_if_protected(conn, &both, reading).await?;
    let mut people = residents::attributes_of(conn, keys, &both).await?;
    let mut vouched = |id| people.remove(&id).map(Vouched::from);
    let id = row.id.as_uuid();
    let reason = row.sealed_reason.as_ref();
    let reason = reason.map(|sealed| keys.open_text(REASON, id, sealed));
    Ok(RelinkDetail {
        summary: row.summary(),
        resident: vouched(row.resident_id),
        former: vouched(row.former_id),
        evidence: keys.open_text(EVIDENCE, id, &row.sealed_evidence)?,
        reason: reason.transpose()?,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
    })
}
