//! How the city handles what is filed, and what a policy must not lack.

use auth::assurance::RequiredAssurance;
use calendar::ProcessingPeriod;
use chrono::{DateTime, Datelike as _, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::approval::{self, ApprovalStep};
use super::fee::{self, FeeKind};
use super::limit::{self, StatutoryLimit};
use super::{DefinitionProblem, File, Localized};
use crate::description::document_texts;
use crate::model::{ProcedureKind, RequiredDocument};

/// Days of a draft where the policy says nothing.
const DRAFT_DAYS: u16 = 90;
/// Seconds that a person has at the least from proving who they are to filing.
const SHORTEST_AGE: u32 = 60;

/// How the city handles an application: versioned with the form because it is part of the offer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Who may apply.
    #[validate(nested)]
    pub eligibility: Localized,
    /// What to have at hand; absent: what `procedure.json` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 50), nested)]
    #[schema(max_items = 50)]
    pub documents_required: Option<Vec<RequiredDocument>>,
    /// How the fee comes about; absent: `none`.
    #[serde(default, skip_serializing_if = "FeeKind::is_none")]
    pub fee_kind: FeeKind,
    /// What it costs, in yen: in all or for each, as `fee_kind` says; 0 where that is `none` or `decided_later`.
    #[schema(example = 0)]
    pub fee_yen: u32,
    /// 標準処理期間; a notification has none (行政手続法37条).
    #[schema(value_type = Option<ProcessingPeriodSchema>)]
    pub processing_period: Option<ProcessingPeriod>,
    /// 法定期限: by when law wants the decision, where it says so; a notification has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub statutory_limit: Option<StatutoryLimit>,
    /// 決裁の経路: who approves, first to last; each step is another person's.
    #[validate(length(max = 10), nested)]
    #[schema(max_items = 10)]
    pub approval_route: Vec<ApprovalStep>,
    /// 教示: how to object (行政不服審査法82条, 行政事件訴訟法46条); none without a disposition.
    #[validate(nested)]
    pub appeal: Option<Appeal>,
    /// What the login must have reached to file, answer a correction or withdraw (DS-511); absent: any login will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<RequiredAssurance>,
    /// The moment from which it can be filed; absent: at any time before `closes_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = in_this_century))]
    pub opens_at: Option<DateTime<Utc>>,
    /// The moment from which it can be filed no more; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(custom(function = in_this_century))]
    pub closes_at: Option<DateTime<Utc>>,
    /// Days after which a draft is deleted that nobody saves; absent: 90. Its owner is warned fourteen days before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 15, max = 366))]
    #[schema(minimum = 15, maximum = 366, example = 90)]
    pub draft_days: Option<u16>,
}

/// 標準処理期間 as a counting policy; cities count differently.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes calendar::ProcessingPeriod, which knows no HTTP"
)]
pub(crate) struct ProcessingPeriodSchema {
    /// How many units.
    #[schema(minimum = 1, example = 30)]
    length: u16,
    /// `opening_days`, `calendar_days`, `weeks` or `months`.
    #[schema(max_length = 20, example = "calendar_days")]
    unit: String,
    /// `arrival_day` or `day_after_arrival`.
    #[schema(max_length = 20, example = "day_after_arrival")]
    start: String,
    /// What happens when the last day is no opening day: `next_opening_day` or `unchanged`.
    #[schema(max_length = 20, example = "next_opening_day")]
    holiday_rule: String,
}

/// What a written disposition says about objecting to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// 審査庁, to which the request for review goes.
    #[validate(length(max = 100))]
    #[schema(max_length = 100, example = "東京都知事")]
    pub review_authority: String,
    /// Months from knowing of the disposition in which to request a review.
    #[schema(example = 3)]
    pub review_period_months: u8,
    /// Whom an action is brought against.
    #[validate(length(max = 100))]
    #[schema(max_length = 100, example = "市")]
    pub defendant: String,
    /// Who represents the defendant.
    #[validate(length(max = 100))]
    #[schema(max_length = 100, example = "市長")]
    pub representative: String,
    /// Months from knowing of the disposition in which to bring an action.
    #[schema(example = 6)]
    pub litigation_period_months: u8,
    /// 審査請求前置: whether an action is only possible after a review.
    #[schema(example = false)]
    pub review_required_first: bool,
}

/// Other moments are slips of the pen.
fn in_this_century(at: &DateTime<Utc>) -> Result<(), ValidationError> {
    match at.year() {
        2000..2100 => Ok(()),
        _ => Err(ValidationError::new("out_of_range")),
    }
}

impl Policy {
    /// Days after which a draft is deleted that nobody saves.
    pub fn draft_days(&self) -> u16 {
        self.draft_days.unwrap_or(DRAFT_DAYS)
    }

    /// Whether something filed at the moment is in the period of acceptance.
    pub fn accepts_at(&self, now: DateTime<Utc>) -> bool {
        self.opens_at.is_none_or(|opens| opens <= now)
            && self.closes_at.is_none_or(|closes| now < closes)
    }

    /// What keeps the policy from being published for a procedure of the kind: an amount that does not go with the
    /// kind of fee, a decision without 教示 (行政不服審査法82条) or without anybody who approves it, no time to file after logging in,
    /// or a period that ends before it begins.
    pub(super) fn check(&self, kind: ProcedureKind, problems: &mut Vec<DefinitionProblem>) {
        fee::check(self, problems);
        approval::check(self, kind, problems);
        limit::check(self, kind, problems);
        let mut report = |pointer: &str, code, message: &str| {
            problems.push(DefinitionProblem::new(File::Policy, pointer, code, message));
        };
        let required = self.assurance.as_ref();
        let oldest = required.and_then(|required| required.max_authentication_age_seconds);
        if oldest.is_some_and(|seconds| seconds < SHORTEST_AGE) {
            let message = "nobody can file within less than a minute of logging in";
            let pointer = "/assurance/max_authentication_age_seconds";
            report(pointer, "no_time_to_file", message);
        }
        if let (Some(opens), Some(closes)) = (self.opens_at, self.closes_at)
            && closes <= opens
        {
            let message = "closes_at is not after opens_at";
            report("/closes_at", "closes_before_opening", message);
        }
        let decides = kind != ProcedureKind::Notification;
        if decides && self.appeal.is_none() {
            report("/appeal", "missing_appeal", "a decision needs appeal");
        }
    }

    /// Every language says everything.
    pub(super) fn check_texts(&self, problems: &mut Vec<DefinitionProblem>) {
        let mut texts = vec![("/eligibility".to_owned(), &self.eligibility)];
        let documents = self.documents_required.as_deref();
        texts.extend(document_texts(documents.unwrap_or_default()));
        for (at, text) in texts {
            for language in text.blanks() {
                let pointer = format!("{at}/{language}");
                let message = format!("{language} has no text");
                let code = "missing_text";
                problems.push(DefinitionProblem::new(
                    File::Policy,
                    &pointer,
                    code,
                    message,
                ));
            }
        }
    }
}
