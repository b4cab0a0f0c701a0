//! Counts of the channels the portal does not see.

use auth::StaffId;
use chrono::{DateTime, NaiveDate, Utc};
use platform::Result;
use platform::page::PageQuery;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::channel::Channel;

platform::id!(
    /// One revision of a reported count.
    OfflineCountId
);

/// A count to report, or the correction of one.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOfflineCount {
    /// Code of the procedure.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100, example = "jido-teate-nintei")]
    pub(crate) procedure: String,
    /// How the applications came; not one of the portal's own channels.
    #[schema(example = "counter")]
    pub(crate) channel: Channel,
    /// First day of the period, in Japan.
    #[schema(example = "2026-10-01")]
    pub(crate) starts_on: NaiveDate,
    /// Last day of the period, inclusive; in the same month as the first.
    #[schema(example = "2026-10-31")]
    pub(crate) ends_on: NaiveDate,
    /// Applications received in the period; 0 says that there were none.
    #[validate(range(
        min = 0,
        code = "negative_or_non_integer",
        message = "件数は0以上の整数で入力してください。"
    ))]
    #[schema(minimum = 0, example = 42)]
    pub(crate) count: i32,
    /// Whether the count includes papers that staff also keyed into the portal.
    #[serde(default)]
    #[schema(default = false, example = false)]
    pub(crate) includes_transcribed: bool,
    /// Why a count that is already there is corrected; required then.
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "郵送分の集計漏れ")]
    pub(crate) reason: Option<String>,
}

/// One revision of a reported count.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfflineCount {
    /// The revision's id.
    pub(crate) id: OfflineCountId,
    /// Code of the procedure.
    #[schema(max_length = 100, example = "jido-teate-nintei")]
    pub(crate) procedure: String,
    /// How the applications came.
    #[schema(example = "counter")]
    pub(crate) channel: Channel,
    /// First day of the period, in Japan.
    #[schema(example = "2026-10-01")]
    pub(crate) starts_on: NaiveDate,
    /// Last day of the period, inclusive.
    #[schema(example = "2026-10-31")]
    pub(crate) ends_on: NaiveDate,
    /// Applications received in the period.
    #[schema(minimum = 0, example = 42)]
    pub(crate) count: i32,
    /// Whether the count includes papers that staff also keyed into the portal.
    #[schema(example = false)]
    pub(crate) includes_transcribed: bool,
    /// 1 for the first report of the period, one more with each correction.
    #[schema(minimum = 1, example = 1)]
    pub(crate) revision: i32,
    /// Why it was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500, example = "郵送分の集計漏れ")]
    pub(crate) reason: Option<String>,
    /// Who entered it.
    pub(crate) entered_by: StaffId,
    /// When it was entered.
    #[schema(example = "2026-11-22T01:23:45.678901Z")]
    pub(crate) recorded_at: DateTime<Utc>,
}

/// Which reported counts to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListOfflineCounts {
    /// Only those of the procedure with this code.
    #[validate(length(min = 1, max = 100))]
    #[param(min_length = 1, max_length = 100, example = "jido-teate-nintei")]
    pub(crate) procedure: Option<String>,
    /// Only those of this fiscal year (年度), such as `2026` or `FY2026`.
    #[validate(length(max = 6))]
    #[param(max_length = 6, pattern = "^(FY)?[1-9][0-9]{3}$", example = "2026")]
    pub(crate) fiscal_year: Option<String>,
    /// Whether superseded revisions are listed, too.
    #[param(default = false, example = false)]
    pub(crate) history: Option<bool>,
    /// `next` of the page before; absent for the first page.
    #[validate(length(max = 200))]
    #[param(max_length = 200, example = "eyJpZCI6MX0")]
    pub(crate) after: Option<String>,
    /// How many entries at the most, 1 to 100.
    #[validate(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub(crate) limit: Option<i64>,
}

impl ListOfflineCounts {
    /// The page wanted, and the last entry seen.
    pub(crate) fn page(&self) -> Result<(i64, Option<OfflineCountId>)> {
        let page = PageQuery {
            after: self.after.clone(),
            limit: self.limit,
        };
        Ok((page.limit(), page.after()?))
    }
}
