mod checks;
mod outcomes;
mod sharing;
mod shipped;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::QuestionSet;

fn text(ja: &str) -> Value {
    json!({"ja": ja, "ja-x-easy": ja, "en": ja})
}

/// Two questions that decide, one that depends on the first, one that is only shared.
fn small() -> Value {
    json!({
        "life_event": "moving",
        "questions": [
            {"code": "abroad", "text": text("国外ですか"), "answer": {"kind": "yes_no"}},
            {"code": "day", "text": text("いつ"), "answer": {"kind": "date"},
             "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/abroad", "schema": {"const": "no"}}}},
            {"code": "children", "text": text("何人"), "answer": {"kind": "number", "minimum": 0, "maximum": 9}},
            {"code": "code", "text": text("郵便番号"), "optional": true, "answer": {"kind": "text", "max_length": 8}},
        ],
        "procedures": [
            {"procedure": "with-form", "cases": [
                {"when": {"scope": "#/properties/abroad", "schema": {"const": "yes"}},
                 "necessity": "not_needed", "reason": text("国外")},
                {"necessity": "needed", "reason": text("国内"), "deadline": {
                    "from": "day", "legal_basis": "法第1条", "period": {
                        "length": 14, "unit": "calendar_days", "start": "day_after_arrival",
                        "holiday_rule": "next_opening_day"}}},
            ], "shared_answers": [
                {"question": "day", "field": "/birth_date"},
                {"question": "code", "field": "/postal_code"},
                {"question": "abroad", "field": "/kind", "values": {"no": "self"}},
            ]},
            {"procedure": "on-paper", "cases": [
                {"when": {"scope": "#/properties/children", "schema": {"minimum": 2}, "failWhenUndefined": true},
                 "necessity": "perhaps", "reason": text("二人から")},
                {"necessity": "not_needed", "reason": text("一人まで")},
            ]},
        ],
    })
}

fn set(definition: Value) -> QuestionSet {
    QuestionSet::load(serde_json::from_value(definition).unwrap()).unwrap()
}

fn answers(answers: Value) -> Map<String, Value> {
    serde_json::from_value(answers).unwrap()
}

fn today() -> NaiveDate {
    "2026-11-24".parse().unwrap()
}
