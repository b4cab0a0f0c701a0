//! 決裁の経路, as staff see it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

platform::text_enum! {
    /// Where a step of an approval route stands.
    StepStatus {
        /// 決裁済: approved.
        Given = "given",
        /// 決裁待ち: the proposal waits for it.
        Waiting = "waiting",
        /// Not asked yet.
        ToCome = "to_come",
    }
}

/// A step of an approval route (決裁の経路).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RouteStep {
    /// Counts from 1.
    #[schema(example = 2)]
    pub(crate) step: usize,
    /// The department that is asked; of a step to come, as things are now.
    pub(crate) department: DepartmentRef,
    /// Where it stands.
    pub(crate) status: StepStatus,
    /// Who approved.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) approved_by: Option<Uuid>,
    /// When.
    pub(crate) approved_at: Option<DateTime<Utc>>,
}

/// A department, named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DepartmentRef {
    /// Its code.
    #[schema(max_length = 60, example = "road-management")]
    pub(crate) code: String,
    /// Its name in Japanese.
    #[schema(max_length = 100, example = "道路管理課")]
    pub(crate) name: String,
}
