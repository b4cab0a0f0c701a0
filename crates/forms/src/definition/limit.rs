//! 法定期限: by when law wants a decision.

use calendar::ProcessingPeriod;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::policy::ProcessingPeriodSchema;
use super::{DefinitionProblem, File, Policy};
use crate::model::ProcedureKind;

/// The period in which law wants a decision, beside the 標準処理期間.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatutoryLimit {
    /// How it is counted from the arrival; corrections do not stop it.
    #[schema(value_type = ProcessingPeriodSchema)]
    pub period: ProcessingPeriod,
    /// The provision that sets it.
    #[validate(length(min = 1, max = 300))]
    #[schema(min_length = 1, max_length = 300, example = "介護保険法第27条第11項")]
    pub legal_basis: String,
    /// 延期: whether that provision lets the city put the day off once, by telling the applicant why and until when before it
    /// has passed.
    #[schema(example = true)]
    pub extendable: bool,
}

/// A notification is fulfilled on arrival (行政手続法37条), and a limit has its law.
pub(super) fn check(policy: &Policy, kind: ProcedureKind, problems: &mut Vec<DefinitionProblem>) {
    let Some(limit) = &policy.statutory_limit else {
        return;
    };
    let mut report = |at: &str, code, message: &str| {
        let pointer = format!("/statutory_limit{at}");
        problems.push(DefinitionProblem::new(
            File::Policy,
            &pointer,
            code,
            message,
        ));
    };
    if kind == ProcedureKind::Notification {
        let message = "nothing is decided about a notification";
        report("", "unexpected_statutory_limit", message);
    }
    if limit.legal_basis.trim().is_empty() {
        report("/legal_basis", "missing_text", "a limit has its provision");
    }
}
