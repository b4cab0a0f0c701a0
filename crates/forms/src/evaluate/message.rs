//! What a resident reads about a problem: one short sentence that says what to do.

use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::AnswerCode;

/// The code of a failed keyword and its sentence about the field called `label`.
pub(super) fn describe(kind: &Kind, label: Option<&str>) -> (AnswerCode, String) {
    let code = code_of(kind);
    let field = label.map_or_else(|| "この項目".to_owned(), |label| format!("「{label}」"));
    let sentence = match kind {
        Kind::Required { .. } => "を入力してください。".to_owned(),
        Kind::Constant { expected_value } if **expected_value == Value::Bool(true) => {
            "を確認して、チェックを入れてください。".to_owned()
        }
        Kind::MinLength { limit: 1 } => "を入力してください。".to_owned(),
        Kind::MinLength { limit } => format!("は{limit}文字以上で入力してください。"),
        Kind::MaxLength { limit } => format!("は{limit}文字以内で入力してください。"),
        Kind::Custom { message: limit, .. } => format!("は{limit}文字以内で入力してください。"),
        Kind::MinItems { limit } => format!("は{limit}件以上必要です。"),
        Kind::MaxItems { limit } => format!("は{limit}件以内にしてください。"),
        Kind::Minimum { limit } => format!("は{limit}以上にしてください。"),
        Kind::Maximum { limit } => format!("は{limit}以下にしてください。"),
        Kind::ExclusiveMinimum { limit } => format!("は{limit}より大きくしてください。"),
        Kind::ExclusiveMaximum { limit } => format!("は{limit}より小さくしてください。"),
        _ => sentence_of(code).to_owned(),
    };
    (code, field + &sentence)
}

/// Refuses what looks like an 個人番号, and says what to do when it is another number.
pub(super) fn of_individual_number(label: Option<&str>) -> String {
    let field = label.map_or_else(|| "この項目".to_owned(), |label| format!("「{label}」"));
    format!(
        "{field}に、マイナンバー（個人番号）と思われる12桁の数字があります。マイナンバーは市が自分で確認しますので、書かないでください。\
         別の番号のときは、最後の4桁を書かずに提出し、担当課にお知らせください。"
    )
}

fn sentence_of(code: AnswerCode) -> &'static str {
    match code {
        AnswerCode::WrongType | AnswerCode::WrongFormat => "の形式が正しくありません。",
        AnswerCode::NotInList => "は選択肢の中から選んでください。",
        AnswerCode::UnknownField => "はこの様式にありません。",
        _ => "の内容を確認してください。",
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
        // The only keyword of our own.
        Kind::MaxLength { .. } | Kind::Custom { .. } => AnswerCode::TooLong,
        Kind::MinItems { .. } => AnswerCode::TooFew,
        Kind::MaxItems { .. } => AnswerCode::TooMany,
        Kind::Minimum { .. } | Kind::ExclusiveMinimum { .. } => AnswerCode::TooSmall,
        Kind::Maximum { .. } | Kind::ExclusiveMaximum { .. } => AnswerCode::TooLarge,
        Kind::AdditionalProperties { .. } => AnswerCode::UnknownField,
        _ => AnswerCode::Invalid,
    }
}

/// JSON Forms writes choices with titles as `oneOf: [{const, title}, …]`.
fn are_choices(alternatives: &[Vec<jsonschema::ValidationError<'_>>]) -> bool {
    let mut errors = alternatives.iter().flatten();
    errors.all(|error| matches!(error.kind(), Kind::Constant { .. }))
}
