//! The published versions of a form, as administrators read and retire them.

use chrono::{DateTime, Utc};
use platform::individual_number;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::FormVersionId;
use crate::state::VersionState;

/// Why to retire a version.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetireRequest {
    /// For the record; nothing about a person.
    #[validate(length(min = 1, max = 1000), custom(function = individual_number::refuse))]
    #[schema(min_length = 1, max_length = 1000, example = "制度の廃止")]
    pub(crate) reason: String,
}

/// A published version of a procedure's form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormVersionEntry {
    /// The version.
    pub(crate) id: FormVersionId,
    /// Version number within the procedure, from 1.
    #[schema(minimum = 1, example = 1)]
    pub(crate) number: i32,
    /// Where it stands now.
    pub(crate) state: VersionState,
    /// When it was published.
    pub(crate) published_at: DateTime<Utc>,
    /// The moment from which it is the one to fill in.
    pub(crate) in_force_from: DateTime<Utc>,
    /// When it was retired; absent when it was not.
    pub(crate) retired_at: Option<DateTime<Utc>>,
    /// SHA-256 of the canonical definition, hex.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub(crate) sha256: String,
}

/// The versions of a procedure's form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormVersionList {
    /// What is published, newest first.
    #[schema(max_items = 10_000)]
    pub(crate) items: Vec<FormVersionEntry>,
    /// Whether a further one is being written.
    #[schema(example = false)]
    pub(crate) has_draft: bool,
}
