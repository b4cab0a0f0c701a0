//! DV等支援措置: whose address is hidden from everybody but registrars, and who has read it.

use std::collections::HashSet;

use audit::Entry;
use chrono::{DateTime, Utc};
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Code, Error, Result};
use serde_json::json;
use uuid::Uuid;

use super::store;
use crate::access::Staff;
use crate::person::ResidentId;

/// Those among the residents who are protected: a registration of theirs, be it over, names a protected person of the register
/// (a mistaken one names nobody).
///
/// # Errors
/// When the database cannot be asked.
pub async fn protected_among(
    conn: &mut AsyncPgConnection,
    residents: &[ResidentId],
) -> Result<HashSet<ResidentId>> {
    store::protected_among(conn, residents).await
}

/// Whether what tells addresses is kept from a resident who looks, because somebody else among those it concerns is protected.
/// Where it concerns the reader alone, the database is not asked.
///
/// # Errors
/// When the database cannot be asked.
pub async fn is_hidden_from(
    conn: &mut AsyncPgConnection,
    concerned: &[ResidentId],
    reader: ResidentId,
) -> Result<bool> {
    let others = concerned.iter().copied().filter(|person| *person != reader);
    let others: Vec<_> = others.collect();
    Ok(!others.is_empty() && !protected_among(conn, &others).await?.is_empty())
}

/// The same of files, which nobody looks into.
///
/// # Errors
/// `forbidden` where they are kept from the reader.
pub async fn check_files(
    conn: &mut AsyncPgConnection,
    concerned: &[ResidentId],
    reader: ResidentId,
) -> Result<()> {
    if is_hidden_from(conn, concerned, reader).await? {
        let hidden = "支援措置を受けている方の住所を守るため、ファイルをお渡しできません。";
        return Err(Error::new(Code::Forbidden).detail(hidden));
    }
    Ok(())
}

/// A registrar who sees where a protected person lives.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// Who.
    pub clerk: &'a Staff,
    /// In which request.
    pub request: RequestId,
    /// When.
    pub now: DateTime<Utc>,
}

impl Reading<'_> {
    /// Puts it on record, beside the reading of whatever shows the address.
    ///
    /// # Errors
    /// When the database refuses.
    pub(super) async fn record(
        self,
        conn: &mut AsyncPgConnection,
        (object_kind, object_id): (&'static str, Uuid),
    ) -> Result<()> {
        let entry = Entry {
            occurred_at: self.now,
            actor: self.clerk.actor(),
            action: "protected_address.read",
            object_kind,
            object_id: Some(object_id),
            request_id: Some(self.request),
            detail: json!({}),
        };
        audit::record(conn, entry).await
    }
}

/// Puts the reading on record for each of the residents who is protected.
///
/// # Errors
/// When the database refuses.
pub async fn record_if_protected(
    conn: &mut AsyncPgConnection,
    residents: &[ResidentId],
    reading: Reading<'_>,
) -> Result<()> {
    let protected = protected_among(conn, residents).await?;
    record_readings(conn, &protected, reading).await
}

/// The same where it is known who is protected.
///
/// # Errors
/// When the database refuses.
pub async fn record_readings(
    conn: &mut AsyncPgConnection,
    protected: &HashSet<ResidentId>,
    reading: Reading<'_>,
) -> Result<()> {
    for resident in protected {
        let object = ("person", resident.as_uuid());
        reading.record(conn, object).await?;
    }
    Ok(())
}
