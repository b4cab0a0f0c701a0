//! Registrations as residents see them: what the register says of anybody is not theirs to read.

use chrono::{DateTime, Utc};
use keys::Keys;
use platform::Result;
use serde::Serialize;
use utoipa::ToSchema;

use crate::registration::state::RegistrationStatus;
use crate::registration::store::Row;

/// The resident's own registration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnRegistration {
    /// Where it stands.
    pub(crate) status: RegistrationStatus,
    /// Why a clerk refused or ended it, or found that it meant somebody else.
    #[schema(
        max_length = 1000,
        example = "転入の届出が済んでから、もう一度お申し込みください。"
    )]
    pub(crate) reason: Option<String>,
    /// When the resident asked for it.
    pub(crate) requested_at: DateTime<Utc>,
    /// When it was linked, refused, ended or found mistaken; absent while it is pending.
    pub(crate) settled_at: Option<DateTime<Utc>>,
}

impl Row {
    /// As its resident sees it.
    pub(in crate::registration) fn own(&self, keys: &Keys) -> Result<OwnRegistration> {
        Ok(OwnRegistration {
            status: self.status,
            reason: self.reason(keys)?,
            requested_at: self.requested_at,
            settled_at: self.settled_at,
        })
    }
}
