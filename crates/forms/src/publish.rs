//! Publishing: a definition becomes a version that never changes again.

use chrono::{DateTime, Utc};
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Result};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::definition::FormDefinition;
use crate::model::{FormVersionId, ProcedureId};
use crate::store::{self, VersionRow};

/// A definition about to be published, which whoever brings it has checked.
pub(crate) struct Publication<'a> {
    pub(crate) procedure: (ProcedureId, &'a str),
    pub(crate) number: i32,
    pub(crate) definition: &'a FormDefinition,
    /// Not before now.
    pub(crate) in_force_from: DateTime<Utc>,
    pub(crate) actor: audit::Actor,
    pub(crate) request: Option<RequestId>,
    pub(crate) now: DateTime<Utc>,
}

impl Publication<'_> {
    /// Writes the version down, on record.
    ///
    /// # Errors
    /// When the number is taken or the database refuses.
    pub(crate) async fn publish(&self, conn: &mut AsyncPgConnection) -> Result<FormVersionId> {
        let (procedure_id, code) = self.procedure;
        let row = VersionRow {
            id: FormVersionId::new(self.now),
            procedure_id,
            number: self.number,
            definition: serde_json::to_value(self.definition)?,
            sha256: sha256(self.definition)?,
            published_at: self.now,
            in_force_from: self.in_force_from,
        };
        store::insert_version(conn, &row).await?;
        let entry = audit::Entry {
            occurred_at: self.now,
            actor: self.actor,
            action: "form_version.publish",
            object_kind: "form_version",
            object_id: Some(row.id.as_uuid()),
            request_id: self.request,
            detail: json!({
                "procedure": code,
                "number": self.number,
                "in_force_from": self.in_force_from,
            }),
        };
        audit::record(conn, entry).await?;
        Ok(row.id)
    }
}

/// The hash of the canonical definition (RFC 8785).
pub(crate) fn sha256(definition: &FormDefinition) -> Result<Vec<u8>> {
    let canonical = serde_json_canonicalizer::to_vec(definition)?;
    Ok(Sha256::digest(&canonical).to_vec())
}
