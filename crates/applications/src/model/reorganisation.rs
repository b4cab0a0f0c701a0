//! 組織改編 as administrators plan and see it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

platform::id!(
    /// A planned or carried-out reorganisation.
    ReorganisationId
);

/// What a day brings: new departments, departments that are no more, procedures that move.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReorganisationPlan {
    /// The day, in Japan; after today.
    #[schema(example = "2027-04-01")]
    pub(crate) effective_on: NaiveDate,
    /// Departments that begin. They are known at once, so that postings there can be given ahead.
    #[serde(default)]
    #[validate(length(max = 100), nested)]
    #[schema(max_items = 100)]
    pub(crate) departments: Vec<NewDepartment>,
    /// Departments that end. Their procedures, cases and paper tasks go to the successor; postings there end.
    #[serde(default)]
    #[validate(length(max = 100), nested)]
    #[schema(max_items = 100)]
    pub(crate) dissolved: Vec<Dissolution>,
    /// Procedures that go elsewhere than to a successor, with their cases.
    #[serde(default)]
    #[validate(length(max = 1000), nested)]
    #[schema(max_items = 1000)]
    pub(crate) procedures: Vec<ProcedureMove>,
}

/// A department that begins.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDepartment {
    /// Stable code.
    #[validate(length(min = 1, max = 60), custom(function = "is_code"))]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = "^[a-z][a-z0-9-]*$",
        example = "children-future"
    )]
    pub(crate) code: String,
    /// Name by language; `ja` at least.
    #[schema(example = json!({"ja": "こども未来課", "en": "Children's Future Division"}))]
    pub(crate) name: BTreeMap<String, String>,
}

fn is_code(code: &str) -> Result<(), ValidationError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if code.starts_with(|c: char| c.is_ascii_lowercase()) && code.bytes().all(plain) {
        Ok(())
    } else {
        Err(ValidationError::new("code"))
    }
}

/// A department that ends.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dissolution {
    /// Its code.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "child-support")]
    pub(crate) department: String,
    /// Code of the department that takes its place.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "children-future")]
    pub(crate) successor: String,
}

/// A procedure that goes to another department.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcedureMove {
    /// Its code.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "child-allowance-claim")]
    pub(crate) procedure: String,
    /// Code of the department that has it from then on.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "children-future")]
    pub(crate) department: String,
}

/// Whether a plan is only tried.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlanQuery {
    /// `true`: the plan is checked and nothing is kept.
    #[serde(default)]
    #[param(example = true)]
    pub(crate) dry_run: bool,
}

/// What a plan would do if its day were today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReorganisationEffect {
    /// Procedures that go to another department.
    #[schema(example = 12)]
    pub(crate) procedures: usize,
    /// Open cases that are handed over with them.
    #[schema(example = 340)]
    pub(crate) open_cases: i64,
    /// Postings that end.
    #[schema(example = 8)]
    pub(crate) postings: i64,
}

/// A reorganisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reorganisation {
    /// Its id.
    pub(crate) id: ReorganisationId,
    /// What it brings.
    pub(crate) plan: ReorganisationPlan,
    /// When it was planned.
    pub(crate) planned_at: DateTime<Utc>,
    /// When it was carried out; absent: it is still to come.
    pub(crate) carried_out_at: Option<DateTime<Utc>>,
}

/// Reorganisations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReorganisationList {
    /// The thousand latest, the latest day first.
    #[schema(max_items = 1000)]
    pub(crate) items: Vec<Reorganisation>,
}
