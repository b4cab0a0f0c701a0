//! The questions. Other words would measure something else: they change with the figure's definition.

use crate::model::{
    FreeTextQuestion, RatingLabel, RatingQuestion, Reason, ReasonOption, ReasonsQuestion, Survey,
    SurveyText,
};

pub(crate) const FREE_TEXT_LENGTH: u16 = 1000;

pub(crate) const SURVEY: Survey = Survey {
    rating: RatingQuestion {
        question: text(
            "今回のデジタル申請の手続に、どの程度満足しましたか",
            "インターネットでの 手続（てつづき）は どうでしたか",
            "How satisfied are you with this digital application?",
        ),
        labels: RATINGS,
        decline: text("回答しない", "答（こた）えない", "Prefer not to answer"),
    },
    reasons: ReasonsQuestion {
        question: text(
            "そのように感じた点を選んでください（いくつでも）",
            "どうして そう 思（おも）いましたか。いくつ 選（えら）んでも いいです",
            "What made you feel that way? Choose any number.",
        ),
        options: REASONS,
    },
    free_text: FreeTextQuestion {
        question: text(
            "ご意見があればお書きください",
            "言（い）いたいことが あれば 書（か）いてください",
            "Is there anything else you would like to tell us?",
        ),
        hint: text(
            "個人情報を書かないでください",
            "名前（なまえ）や 住所（じゅうしょ）などは 書（か）かないでください",
            "Please do not write any personal information.",
        ),
        max_length: FREE_TEXT_LENGTH,
    },
};

const RATINGS: &[RatingLabel] = &[
    RatingLabel {
        rating: 5,
        label: text("とても満足", "とても よかった", "Very satisfied"),
    },
    RatingLabel {
        rating: 4,
        label: text("やや満足", "すこし よかった", "Somewhat satisfied"),
    },
    RatingLabel {
        rating: 3,
        label: text(
            "どちらともいえない",
            "どちらでもない",
            "Neither satisfied nor dissatisfied",
        ),
    },
    RatingLabel {
        rating: 2,
        label: text("やや不満", "すこし よくなかった", "Somewhat dissatisfied"),
    },
    RatingLabel {
        rating: 1,
        label: text("とても不満", "とても よくなかった", "Very dissatisfied"),
    },
];

const REASONS: &[ReasonOption] = &[
    ReasonOption {
        reason: Reason::EaseOfFinding,
        label: text(
            "手続の見つけやすさ",
            "手続（てつづき）の 見（み）つけやすさ",
            "How easy it was to find",
        ),
    },
    ReasonOption {
        reason: Reason::Clarity,
        label: text(
            "説明や質問の分かりやすさ",
            "説明（せつめい）や 質問（しつもん）の わかりやすさ",
            "How clear the explanations and questions were",
        ),
    },
    ReasonOption {
        reason: Reason::EffortOfInput,
        label: text(
            "入力の手間",
            "入力（にゅうりょく）の 大変（たいへん）さ",
            "The effort of filling it in",
        ),
    },
    ReasonOption {
        reason: Reason::IdentityCheck,
        label: text(
            "本人確認",
            "本人（ほんにん）かどうかの 確認（かくにん）",
            "Proving who I am",
        ),
    },
    ReasonOption {
        reason: Reason::TimeTaken,
        label: text(
            "かかった時間",
            "かかった 時間（じかん）",
            "The time it took",
        ),
    },
    ReasonOption {
        reason: Reason::Malfunction,
        label: text(
            "不具合やエラー",
            "うまく 動（うご）かなかったこと",
            "Errors and malfunctions",
        ),
    },
];

const fn text(ja: &'static str, ja_x_easy: &'static str, en: &'static str) -> SurveyText {
    SurveyText { ja, ja_x_easy, en }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rating_and_every_reason_is_offered_once() {
        let ratings: Vec<_> = RATINGS.iter().map(|label| label.rating).collect();
        assert_eq!(ratings, [5, 4, 3, 2, 1]);
        let reasons: Vec<_> = REASONS.iter().map(|option| option.reason).collect();
        assert_eq!(reasons, Reason::ALL);
    }

    #[test]
    fn the_texts_fit_into_the_lengths_the_document_promises() {
        let labels = RATINGS.iter().map(|label| label.label);
        let options = REASONS.iter().map(|option| option.label);
        for text in labels.chain(options) {
            for text in [text.ja, text.ja_x_easy, text.en] {
                assert!((1..=200).contains(&text.chars().count()), "{text}");
            }
        }
    }
}
