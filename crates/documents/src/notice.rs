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
    /// The headline.
    pub fn title(&self) -> String {
        format!("「{}」の決定通知", self.procedure)
    }

    /// The text.
    pub fn body(&self) -> String {
        let mut lines = vec![
            format!("受付番号：{}", self.reference_number),
            format!("申請日：{}", self.arrived_on.format("%Y年%-m月%-d日")),
            format!("決定日：{}", self.decided_on.format("%Y年%-m月%-d日")),
            format!("決定の内容：{}", self.outcome),
        ];
        if let Some(reason) = &self.reason {
            lines.push(format!("理由：{reason}"));
        }
        let basis = self.decision_basis.as_ref().unwrap_or(&self.legal_basis);
        lines.push(format!("根拠：{basis}"));
        if let Some(appeal) = &self.appeal {
            lines.push(String::new());
            lines.extend(appeal.lines());
        }
        lines.join("\n")
    }
}

impl AppealInstruction {
    pub(crate) fn lines(&self) -> [String; 2] {
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

    fn notice() -> DecisionNotice {
        DecisionNotice {
            reference_number: "2026-7K3M-9QPT-X".to_owned(),
            procedure: "児童手当 認定請求".to_owned(),
            legal_basis: "児童手当法第7条第1項".to_owned(),
            arrived_on: NaiveDate::default(),
            decided_on: NaiveDate::default(),
            outcome: "却下".to_owned(),
            reason: Some("市内に住所がないため".to_owned()),
            decision_basis: Some("児童手当法第4条".to_owned()),
            appeal: Some(AppealInstruction {
                review_authority: "東京都知事".to_owned(),
                review_period_months: 3,
                defendant: "市".to_owned(),
                representative: "市長".to_owned(),
                litigation_period_months: 6,
                review_required_first: false,
            }),
        }
    }

    #[test]
    fn a_refusal_gives_reason_basis_and_how_to_object() {
        let body = notice().body();
        for part in [
            "市内に住所がないため",
            "児童手当法第4条",
            "3か月以内に、東京都知事",
            "6か月以内に、市を被告",
        ] {
            assert!(body.contains(part), "{body}");
        }
    }

    #[test]
    fn where_a_review_must_come_first_the_action_is_counted_from_the_ruling() {
        let mut notice = notice();
        if let Some(appeal) = &mut notice.appeal {
            appeal.review_required_first = true;
        }
        assert!(notice.body().contains("裁決を経た後に"));
    }
}
