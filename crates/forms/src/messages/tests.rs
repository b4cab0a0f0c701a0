use serde_json::{Value, json};

use super::*;
use crate::definition::DefinitionProblem;

fn same(text: &str) -> Value {
    json!({"ja": text, "ja-x-easy": text, "en": text})
}

fn messages(occasion: &str, title: &str, body: &str) -> Messages {
    let text = json!({"title": same(title), "body": same(body)});
    serde_json::from_value(json!({occasion: text})).unwrap()
}

/// Codes found for a notification's receipt, each once.
fn codes(title: &str, body: &str) -> Vec<&'static str> {
    let mut problems: Vec<DefinitionProblem> = Vec::new();
    let messages = messages("received", title, body);
    messages.check(ProcedureKind::Notification, &mut problems);
    let mut codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    codes.dedup();
    codes
}

#[test]
fn the_programs_own_words_could_be_published() {
    for (kind, occasions) in [
        (
            ProcedureKind::Application,
            &["received", "correction_requested", "extended", "decided"][..],
        ),
        (
            ProcedureKind::Notification,
            &["received", "correction_requested", "completed"],
        ),
    ] {
        let texts = Occasion::ALL
            .iter()
            .filter(|occasion| occasions.contains(&occasion.as_str()));
        let texts = texts.map(|occasion| {
            (
                occasion.as_str().to_owned(),
                serde_json::to_value(default::text(*occasion)).unwrap(),
            )
        });
        let own: Messages = serde_json::from_value(Value::Object(texts.collect())).unwrap();
        let mut problems = Vec::new();
        own.check(kind, &mut problems);
        assert_eq!(problems, []);
    }
}

#[test]
fn each_fault_has_its_code() {
    assert_eq!(codes("受付", "{reference_number}"), Vec::<&str>::new());
    assert_eq!(codes("受付", "番号"), ["missing_placeholder"]);
    assert_eq!(codes("受付", " "), ["missing_text"]);
    assert_eq!(
        codes("{due_on}", "{reference_number}"),
        ["unknown_placeholder"]
    );
    assert_eq!(
        codes("受付", "{reference_number}{outcome}"),
        ["unknown_placeholder"]
    );
    assert_eq!(
        codes("受付", "{reference_number}{"),
        ["unknown_placeholder"]
    );
    assert_eq!(codes("受\n付", "{reference_number}"), ["not_one_line"]);
    assert_eq!(codes(&"受".repeat(201), "{reference_number}"), ["too_long"]);
    assert_eq!(
        codes("{procedure}{procedure}受", "{reference_number}"),
        ["too_long"]
    );
}

#[test]
fn a_message_that_nobody_would_get_is_refused() {
    let mut problems = Vec::new();
    let decided = default::text(Occasion::Decided);
    let decided = Messages {
        decided: Some(decided),
        ..Messages::default()
    };
    decided.check(ProcedureKind::Notification, &mut problems);
    assert_eq!(problems[0].code, "unused_message");
    assert_eq!(problems[0].pointer, "/decided");
}

#[test]
fn a_line_without_anything_to_fill_in_is_left_out_and_values_are_never_read_as_places() {
    let own = messages(
        "received",
        "{procedure}",
        "{reference_number}\n目安：{due_on}\nおわり",
    );
    let values = Values::default()
        .with_same(Place::Procedure, "手続{due_on}")
        .with_same(Place::ReferenceNumber, "2026-1");
    let filled = own.fill(Occasion::Received, &values);
    assert_eq!(filled.title.ja, "手続{due_on}");
    assert_eq!(filled.body.en, "2026-1\nおわり");
}

#[test]
fn days_are_told_in_the_language_of_the_text() {
    let own = messages("received", "x", "{accepted_on}");
    let day = "2026-11-24".parse().ok();
    let filled = own.fill(
        Occasion::Received,
        &Values::default().with_day(Place::AcceptedOn, day),
    );
    assert_eq!(filled.body.ja, "2026年11月24日");
    assert_eq!(filled.body.en, "24 November 2026");
}
