//! What a resident reads about a problem: one short sentence that says what to do, and never what was answered.

use jsonschema::error::ValidationErrorKind as Kind;
use platform::problem::Messages;
use serde_json::Value;

use super::AnswerCode;
use crate::definition::Localized;

/// The same sentence in Japanese, やさしい日本語 and English; `{field}` stands for the field.
type Sentence = [String; 3];

/// The code of a failed keyword and what to say about the field called `label`.
pub(super) fn describe(kind: &Kind, label: Option<&Localized>) -> (AnswerCode, Messages) {
    let code = code_of(kind);
    let sentence = by_limit(kind).or_else(|| by_format(kind));
    let sentence = sentence.unwrap_or_else(|| by_code(code).map(str::to_owned));
    (code, about(label, sentence))
}

/// Refuses what looks like an 個人番号, and says what to do when it is another number.
pub(super) fn of_individual_number(label: Option<&Localized>) -> Messages {
    let sentence = [
        "{field}に、マイナンバー（個人番号）と思われる12桁の数字があります。マイナンバーは市が自分で確認しますので、書かないでください。\
         別の番号のときは、最後の4桁を書かずに提出し、担当課にお知らせください。",
        "{field}に マイナンバー（個人番号（こじんばんごう））のような 12桁（けた）の 数字（すうじ）が あります。マイナンバーは 市（し）が \
         調（しら）べます。書（か）かないで ください。ほかの 番号（ばんごう）の ときは、最後（さいご）の 4つの 数字（すうじ）を 書（か）かないで \
         出（だ）して、市役所（しやくしょ）に 言（い）って ください。",
        "There are 12 digits in {field} that look like an Individual Number (My Number). Please leave it out: the city looks it up itself. \
         If it is another number, leave out its last four digits and tell the office in charge.",
    ];
    about(label, sentence.map(str::to_owned))
}

fn about(label: Option<&Localized>, sentence: Sentence) -> Messages {
    let [ja, ja_x_easy, en] = sentence;
    let put = |sentence: String, field: String| sentence.replace("{field}", &field);
    match label {
        Some(label) => Messages {
            ja: put(ja, format!("「{}」", label.ja)),
            ja_x_easy: put(ja_x_easy, format!("「{}」", label.ja_x_easy)),
            en: put(en, format!("“{}”", label.en)),
        },
        None => Messages {
            ja: put(ja, "この項目".to_owned()),
            ja_x_easy: put(ja_x_easy, "この ところ".to_owned()),
            en: put(en, "this field".to_owned()),
        },
    }
}

/// What a limit asks for, with its number.
fn by_limit(kind: &Kind) -> Option<Sentence> {
    Some(match kind {
        Kind::MinLength { limit: 1 } => return None,
        Kind::MinLength { limit } => at_least_characters(limit),
        Kind::MaxLength { limit } => at_most_characters(limit),
        // The only keyword of our own says its limit.
        Kind::Custom { message: limit, .. } => at_most_characters(limit),
        Kind::MinItems { limit } => [
            format!("{{field}}は{limit}件以上必要です。"),
            format!("{{field}}は {limit}つか もっと 必要（ひつよう）です。"),
            format!("Please give at least {limit} in {{field}}."),
        ],
        Kind::MaxItems { limit } => [
            format!("{{field}}は{limit}件以内にしてください。"),
            format!("{{field}}は {limit}つまでに して ください。"),
            format!("Please give at most {limit} in {{field}}."),
        ],
        Kind::Minimum { limit } => [
            format!("{{field}}は{limit}以上にしてください。"),
            format!("{{field}}は {limit}か もっと 大（おお）きい 数（かず）に して ください。"),
            format!("Please write {limit} or more in {{field}}."),
        ],
        Kind::Maximum { limit } => [
            format!("{{field}}は{limit}以下にしてください。"),
            format!("{{field}}は {limit}か もっと 小（ちい）さい 数（かず）に して ください。"),
            format!("Please write {limit} or less in {{field}}."),
        ],
        Kind::ExclusiveMinimum { limit } => [
            format!("{{field}}は{limit}より大きくしてください。"),
            format!("{{field}}は {limit}より 大（おお）きい 数（かず）に して ください。"),
            format!("Please write more than {limit} in {{field}}."),
        ],
        Kind::ExclusiveMaximum { limit } => [
            format!("{{field}}は{limit}より小さくしてください。"),
            format!("{{field}}は {limit}より 小（ちい）さい 数（かず）に して ください。"),
            format!("Please write less than {limit} in {{field}}."),
        ],
        Kind::Constant { expected_value } if **expected_value == Value::Bool(true) => [
            "{field}を確認して、チェックを入れてください。",
            "{field}を 読（よ）んで、チェックを 入（い）れて ください。",
            "Please read {field} and tick it.",
        ]
        .map(str::to_owned),
        _ => return None,
    })
}

fn at_least_characters(limit: &impl std::fmt::Display) -> Sentence {
    [
        format!("{{field}}は{limit}文字以上で入力してください。"),
        format!("{{field}}は {limit}文字（もじ）か もっと 長（なが）く 書（か）いて ください。"),
        format!("Please write at least {limit} characters in {{field}}."),
    ]
}

fn at_most_characters(limit: &impl std::fmt::Display) -> Sentence {
    [
        format!("{{field}}は{limit}文字以内で入力してください。"),
        format!("{{field}}は {limit}文字（もじ）までで 書（か）いて ください。"),
        format!("Please write at most {limit} characters in {{field}}."),
    ]
}

/// How the thing asked for is written.
fn by_format(kind: &Kind) -> Option<Sentence> {
    let Kind::Format { format } = kind else {
        return None;
    };
    let sentence = match format.as_str() {
        "date" => [
            "{field}は実際にある日付を入力してください。",
            "{field}は 本当（ほんとう）に ある 日（ひ）を 書（か）いて ください。",
            "Please write a day that exists in {field}.",
        ],
        "jp-era-date" => [
            "{field}は「令和8年4月1日」のように、実際にある日付を入力してください。",
            "{field}は 「令和8年4月1日」のように、本当（ほんとう）に ある 日（ひ）を 書（か）いて ください。",
            "Please write a day that exists in {field}, like 令和8年4月1日.",
        ],
        "jp-postal-code" => [
            "{field}は「100-0001」のように7桁の数字で入力してください。",
            "{field}は 「100-0001」のように 数字（すうじ） 7つで 書（か）いて ください。",
            "Please write seven digits in {field}, like 100-0001.",
        ],
        "jp-phone" => [
            "{field}は「03-1234-5678」のように市外局番から入力してください。",
            "{field}は 「03-1234-5678」のように 0から 始（はじ）まる 番号（ばんごう）を 書（か）いて ください。",
            "Please write {field} with its area code, like 03-1234-5678.",
        ],
        "jp-kana" => [
            "{field}は全角カタカナで入力してください。「ヤ」と「ャ」は別の文字として扱います。",
            "{field}は 大（おお）きい カタカナで 書（か）いて ください。「ヤ」と「ャ」は ちがう 文字（もじ）です。",
            "Please write {field} in full-width katakana. ヤ and ャ are different letters.",
        ],
        "jp-corporate-number" => [
            "{field}の13桁の数字を確認してください。",
            "{field}の 13桁（けた）の 数字（すうじ）を もう一度（いちど） 見（み）て ください。",
            "Please check the 13 digits of {field}.",
        ],
        "jp-bank-code" => return Some(digits(4)),
        "jp-bank-branch-code" => return Some(digits(3)),
        "jp-bank-account-number" => return Some(digits(7)),
        _ => return None,
    };
    Some(sentence.map(str::to_owned))
}

fn digits(count: usize) -> Sentence {
    [
        format!("{{field}}は{count}桁の数字で入力してください。"),
        format!("{{field}}は 数字（すうじ） {count}つで 書（か）いて ください。"),
        format!("Please write {count} digits in {{field}}."),
    ]
}

fn by_code(code: AnswerCode) -> [&'static str; 3] {
    match code {
        AnswerCode::Required | AnswerCode::TooShort => [
            "{field}を入力してください。",
            "{field}を 書（か）いて ください。",
            "Please fill in {field}.",
        ],
        AnswerCode::WrongType | AnswerCode::WrongFormat => [
            "{field}の形式が正しくありません。",
            "{field}の 書（か）き方（かた）が ちがいます。もう一度（いちど） 見（み）て ください。",
            "Please check how {field} is written.",
        ],
        AnswerCode::NotInList => [
            "{field}は選択肢の中から選んでください。",
            "{field}は ここに ある ものから 選（えら）んで ください。",
            "Please choose {field} from the list.",
        ],
        AnswerCode::UnknownField => [
            "{field}はこの様式にありません。",
            "{field}は この 紙（かみ）に ありません。",
            "The form does not ask for {field}.",
        ],
        _ => [
            "{field}の内容を確認してください。",
            "{field}を もう一度（いちど） 見（み）て ください。",
            "Please check {field}.",
        ],
    }
}

fn code_of(kind: &Kind) -> AnswerCode {
    match kind {
        Kind::Required { .. } => AnswerCode::Required,
        Kind::Type { .. } => AnswerCode::WrongType,
        Kind::Enum { .. } | Kind::Constant { .. } => AnswerCode::NotInList,
        Kind::OneOfNotValid { context } | Kind::AnyOf { context } if are_choices(context) => {
            AnswerCode::NotInList
        }
        Kind::Pattern { .. } | Kind::Format { .. } => AnswerCode::WrongFormat,
        Kind::MinLength { .. } => AnswerCode::TooShort,
        Kind::MaxLength { .. } | Kind::Custom { .. } => AnswerCode::TooLong,
        Kind::MinItems { .. } => AnswerCode::TooFew,
        Kind::MaxItems { .. } => AnswerCode::TooMany,
        Kind::Minimum { .. } | Kind::ExclusiveMinimum { .. } => AnswerCode::TooSmall,
        Kind::Maximum { .. } | Kind::ExclusiveMaximum { .. } => AnswerCode::TooLarge,
        Kind::AdditionalProperties { .. } => AnswerCode::UnknownField,
        _ => AnswerCode::Invalid,
    }
}

/// JSON Forms writes choices with keys of their own as `oneOf: [{const, i18n}, …]`.
fn are_choices(alternatives: &[Vec<jsonschema::ValidationError<'_>>]) -> bool {
    let mut errors = alternatives.iter().flatten();
    errors.all(|error| matches!(error.kind(), Kind::Constant { .. }))
}
