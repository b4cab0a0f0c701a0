//! An application, to be kept by its owner.

use chrono::{DateTime, Utc};
use documents::receipt::Receipt;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OwnApplication, OwnEvent};

/// All that its owner may know of an application, in one file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApplicationExport {
    /// When it was put together.
    pub(crate) exported_at: DateTime<Utc>,
    /// The application with its answers and the list of its files; each file is downloaded by itself.
    pub(crate) application: OwnApplication,
    /// The receipt (到達確認); absent for a draft.
    pub(crate) receipt: Option<Receipt>,
    /// What has happened to it, in that order.
    #[schema(max_items = 1000)]
    pub(crate) events: Vec<OwnEvent>,
}
