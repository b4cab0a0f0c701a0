//! What clerks do with mandates that are claimed.

use std::slice;

use audit::Actor;
use platform::extract::IfMatch;
use platform::{AsyncPgConnection, Error, Result};

use crate::act::Act;
use crate::mandates::model::clerk::ClaimedMandate;
use crate::mandates::model::{MandateId, MandateStatus, NOTE};
use crate::mandates::store::{self, Row};
use crate::person::{ResidentId, StaffId};
use crate::registration::{self, Reading};
use crate::residents;

/// What a clerk decides.
pub(crate) enum Decision {
    /// By this evidence it is so.
    Verify(String),
    /// It could not be verified, and why.
    Refuse(String),
    /// It holds no more, and why.
    End(String),
}

impl Act {
    /// Decides as a clerk.
    ///
    /// # Errors
    /// 412 when it has changed meanwhile; 409 when it does not wait for that.
    pub(crate) async fn decide(
        &self,
        conn: &mut AsyncPgConnection,
        clerk: StaffId,
        (id, expected): (MandateId, IfMatch),
        decision: Decision,
    ) -> Result<Row> {
        let mut row = store::lock(conn, id).await?;
        expected.check(row.version)?;
        let (note, status, action) = match decision {
            Decision::Verify(evidence) => {
                self.must_stand(&row, &[MandateStatus::Proposed])?;
                row.principal_id = Some(self.principal(conn, &row).await?);
                (evidence, MandateStatus::Active, "mandate.verify")
            }
            Decision::Refuse(reason) => {
                self.must_stand(&row, &[MandateStatus::Proposed])?;
                (reason, MandateStatus::Refused, "mandate.refuse")
            }
            Decision::End(reason) => {
                self.must_stand(&row, &[MandateStatus::Active])?;
                row.ended_at = Some(self.now);
                (reason, MandateStatus::Ended, "mandate.end")
            }
        };
        row.sealed_note = Some(self.keys.seal(NOTE, row.id.as_uuid(), note.as_bytes())?);
        row.decided_by = Some(clerk);
        self.move_to(conn, &mut row, status).await?;
        self.record(conn, &row, Actor::Staff(clerk.as_uuid()), action)
            .await?;
        Ok(row)
    }

    /// As clerks see them. That protected addresses are shown is recorded.
    ///
    /// # Errors
    /// When what is sealed cannot be opened.
    pub(crate) async fn claimed(
        &self,
        conn: &mut AsyncPgConnection,
        rows: &[Row],
        reading: Reading<'_>,
    ) -> Result<Vec<ClaimedMandate>> {
        let sides = |row: &Row| [row.representative_id, row.principal_id];
        let shown: Vec<_> = rows.iter().flat_map(sides).flatten().collect();
        registration::record_if_protected(conn, &shown, reading).await?;
        let people = self.people(conn, rows).await?;
        let claimed = |row: &Row| row.claimed(&self.keys, &people, self.now);
        rows.iter().map(claimed).collect()
    }

    /// As [`claimed`](Self::claimed), one.
    ///
    /// # Errors
    /// When what is sealed cannot be opened.
    pub(crate) async fn claimed_one(
        &self,
        conn: &mut AsyncPgConnection,
        row: &Row,
        reading: Reading<'_>,
    ) -> Result<ClaimedMandate> {
        let claimed = self.claimed(conn, slice::from_ref(row), reading).await?;
        let mut claimed = claimed.into_iter();
        claimed
            .next()
            .ok_or_else(|| Error::internal("no view of a mandate"))
    }

    /// The person described: known from an earlier mandate, or new to the portal, without a login.
    async fn principal(&self, conn: &mut AsyncPgConnection, row: &Row) -> Result<ResidentId> {
        let hash = row.description_hash.as_deref().unwrap_or_default();
        let described = row.principal(&self.keys)?;
        let described = described.ok_or_else(|| Error::internal("a claim without a principal"))?;
        let id = store::person_described(conn, hash, self.now).await?;
        let attributes = described.attributes();
        residents::keep_described(conn, &self.keys, id, attributes, self.now).await?;
        Ok(id)
    }
}
