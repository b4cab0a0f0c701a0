//! What a clerk may ask to put right.

use chrono::NaiveDate;
use forms::PublishedForm;
use platform::pointer::is_within;
use platform::problem::FieldError;
use serde_json::{Map, Value};

use crate::model::CorrectionRequest;

/// Characters of all reasons together: they go out in one message, beside the labels of their items.
const MAX_REASONS: usize = 10_000;

/// Fields that the form does not have, and those that the applicant cannot change, whatever else they put right.
pub(super) fn not_correctable(
    form: &PublishedForm,
    asked: &CorrectionRequest,
    answers: &Map<String, Value>,
    day: NaiveDate,
) -> Vec<FieldError> {
    let compiled = &form.compiled;
    let fields: Vec<&str> = asked.items.iter().map(|item| &item.pointer[..]).collect();
    let locked = compiled.locked(answers, day, &fields);
    let fault = |field: &str| {
        if !compiled.has_field(field) {
            Some(("unknown_field", "この項目は様式にありません。"))
        } else if compiled.computes(field) || locked.iter().any(|locked| is_within(field, locked)) {
            Some(("not_correctable", "この項目は申請者が変更できません。"))
        } else {
            None
        }
    };
    let numbered = fields.iter().enumerate();
    let faults = numbered.filter_map(|(n, field)| {
        let (code, message) = fault(field)?;
        Some(FieldError::new(
            format!("/items/{n}/pointer"),
            code,
            message,
        ))
    });
    faults.collect()
}

/// Reasons too long for one message, and a deadline that is not ahead.
pub(super) fn unacceptable(asked: &CorrectionRequest, today: NaiveDate) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let reasons = asked.items.iter().map(|item| item.reason.chars().count());
    if reasons.sum::<usize>() > MAX_REASONS {
        let message = format!("理由は合わせて{MAX_REASONS}文字以内で入力してください。");
        errors.push(FieldError::new("/items", "too_long", message));
    }
    if asked.deadline <= today {
        let message = "期限は明日以降の日にしてください。";
        errors.push(FieldError::new("/deadline", "not_ahead", message));
    }
    errors
}
