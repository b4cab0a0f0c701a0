//! Publishing: a definition becomes a version that never changes again.

use chrono::{DateTime, Utc};
use jobs::Job;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::accepting;
use crate::definition::FormDefinition;
use crate::model::{FormVersionId, ProcedureId};
use crate::store::{self, VersionRow};

/// A definition about to be published, which whoever brings it has checked.
pub(crate) struct Publication<'a> {
    pub(crate) procedure: (ProcedureId, &'a str),
    pub(crate) number: i32,
    pub(crate) definition: &'a FormDefinition,
    /// Whether drafts may have been begun on versions before it.
    pub(crate) has_drafts: bool,
    /// Not before now.
    pub(crate) in_force_from: DateTime<Utc>,
    pub(crate) actor: audit::Actor,
    pub(crate) request: Option<RequestId>,
    pub(crate) now: DateTime<Utc>,
}

impl Publication<'_> {
    /// Writes the version down, on record, and promises what follows when it comes in force.
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
        accepting::tell_kpi(conn, procedure_id).await?;
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
        if self.has_drafts {
            let promise = VersionInForce {
                procedure_id,
                version_id: row.id,
            };
            jobs::enqueue(conn, &promise, self.in_force_from).await?;
        }
        Ok(row.id)
    }
}

/// The promise that drafts find their way to a version when it comes in force, made in the transaction that published it.
#[derive(Debug, Serialize, Deserialize)]
pub struct VersionInForce {
    /// Whose form it is.
    pub procedure_id: ProcedureId,
    /// The version; by then another may be in force.
    pub version_id: FormVersionId,
}

impl Job for VersionInForce {
    const KIND: &'static str = "forms.version_in_force";

    fn deduplication_key(&self) -> String {
        self.version_id.to_string()
    }
}

/// The hash of the canonical definition (RFC 8785).
pub(crate) fn sha256(definition: &FormDefinition) -> Result<Vec<u8>> {
    let canonical = serde_json_canonicalizer::to_vec(definition)?;
    Ok(Sha256::digest(&canonical).to_vec())
}
