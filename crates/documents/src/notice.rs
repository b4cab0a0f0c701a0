//! The wording of a decision notice, from data alone: the same data gives the same text.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 教示: how to object to a disposition (行政不服審査法82条, 行政事件訴訟法46条).
/// All of it is data of the form's version, because authorities and periods differ by law.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppealInstruction {
    /// 審査庁
    pub review_authority: String,
    /// Months in which a review may be requested.
    pub review_period_months: u8,
    /// Against whom an action is brought.
    pub defendant: String,
    /// Who represents the defendant.
    pub representative: String,
    /// Months in which an action may be brought.
    pub litigation_period_months: u8,
    /// 審査請求前置
    pub review_required_first: bool,
}

/// What a decision notice (決定通知) is written from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionNotice {
    /// 受付番号
    pub reference_number: String,
    /// Name of the procedure, in Japanese.
    pub procedure: String,
    /// Legal basis of the procedure.
    pub legal_basis: String,
    /// Filed on (JST).
    pub arrived_on: NaiveDate,
    /// Decided on (JST).
    pub decided_on: NaiveDate,
    /// The outcome in Japanese, such as 認定.
    pub outcome: String,
    /// Why; always there unless all was granted (行政手続法8条).
    pub reason: Option<String>,
    /// The provision the decision rests on, where it is not the procedure's own.
    pub decision_basis: Option<String>,
    /// How to object.
    pub appeal: Option<AppealInstruction>,
}

impl DecisionNotice {
    /// The provision the decision rests on.
    pub fn basis(&self) -> &str {
        self.decision_basis.as_ref().unwrap_or(&self.legal_basis)
    }
}

impl AppealInstruction {
    /// The same in words: how to request a review, how to bring an action.
    pub fn lines(&self) -> [String; 2] {
        let review = format!(
            "この決定に不服があるときは、決定があったことを知った日の翌日から{}か月以内に、{}に対して審査請求をすることができます。",
            self.review_period_months, self.review_authority
        );
        let after = if self.review_required_first {
            "審査請求に対する裁決を経た後に、その裁決があったことを知った日の翌日から"
        } else {
            "決定があったことを知った日の翌日から"
        };
        let action = format!(
            "決定の取消しの訴えは、{after}{}か月以内に、{}を被告として（訴訟において{}を代表する者は{}です。）提起することができます。",
            self.litigation_period_months, self.defendant, self.defendant, self.representative
        );
        [review, action]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instruction(review_required_first: bool) -> String {
        let instruction = AppealInstruction {
            review_authority: "東京都知事".to_owned(),
            review_period_months: 3,
            defendant: "市".to_owned(),
            representative: "市長".to_owned(),
            litigation_period_months: 6,
            review_required_first,
        };
        instruction.lines().join("\n")
    }

    #[test]
    fn it_says_how_to_object_and_how_long() {
        let told = instruction(false);
        for part in ["3か月以内に、東京都知事", "6か月以内に、市を被告"] {
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn where_a_review_must_come_first_the_action_is_counted_from_the_ruling() {
        assert!(instruction(true).contains("裁決を経た後に"));
    }
}
