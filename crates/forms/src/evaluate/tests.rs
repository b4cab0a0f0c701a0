use std::sync::LazyLock;

use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::AnswerCode::{self, *};
use super::Evaluation;
use crate::definition::CompiledForm;
use crate::definition::fixture::definition;

static TODAY: LazyLock<NaiveDate> = LazyLock::new(|| "2026-11-24".parse().unwrap());
static FORM: LazyLock<CompiledForm> =
    LazyLock::new(|| CompiledForm::compile(&definition()).unwrap());

fn map(answers: Value) -> Map<String, Value> {
    answers.as_object().unwrap().clone()
}

fn evaluate(answers: Value) -> Evaluation {
    FORM.evaluate(&map(answers), *TODAY)
}

/// The answers of a resident who applies for themselves, with `changes` on top.
fn complete(changes: Value) -> Value {
    let mut answers = json!({"kind": "self", "birth_date": "1990-04-01", "consent": true});
    answers.as_object_mut().unwrap().extend(map(changes));
    answers
}

fn codes(evaluation: &Evaluation) -> Vec<(&str, AnswerCode)> {
    let problems = evaluation.problems.iter();
    problems
        .map(|problem| (problem.pointer.as_str(), problem.code))
        .collect()
}

fn messages(evaluation: &Evaluation) -> Vec<&str> {
    let problems = evaluation.problems.iter();
    problems.map(|problem| problem.message.as_str()).collect()
}

#[test]
fn complete_answers_are_valid_and_come_back_as_sent() {
    let answers = complete(json!({"children": [{"name": "\u{FA19}葛\u{E0100}𠮷"}]}));
    let evaluation = evaluate(answers.clone());
    assert!(evaluation.is_valid());
    assert_eq!(Value::Object(evaluation.answers), answers);
}

#[test]
fn a_hidden_object_is_neither_required_nor_kept() {
    let evaluation = evaluate(complete(json!({"agent": {"name": "花子", "rank": 1}})));
    assert!(evaluation.is_valid());
    assert_eq!(Value::Object(evaluation.answers), complete(json!({})));
    let mut hidden = evaluation.hidden;
    hidden.sort();
    let agent = [
        "/agent",
        "/agent/name",
        "/agent/relation",
        "/agent/relation_detail",
    ];
    assert_eq!(hidden, agent);
}

#[test]
fn a_hidden_field_of_a_shown_object_is_not_required() {
    let agent = json!({"name": "花子", "relation": "parent", "relation_detail": "おば"});
    let evaluation = evaluate(complete(json!({"kind": "agent", "agent": agent})));
    assert!(evaluation.is_valid());
    assert_eq!(evaluation.hidden, ["/agent/relation_detail"]);
    let kept = json!({"name": "花子", "relation": "parent"});
    assert_eq!(evaluation.answers["agent"], kept);
}

#[test]
fn a_shown_field_is_required() {
    let agent = json!({"name": "花子", "relation": "other"});
    let evaluation = evaluate(complete(json!({"kind": "agent", "agent": agent})));
    assert_eq!(codes(&evaluation), [("/agent/relation_detail", Required)]);
    let evaluation = evaluate(complete(json!({"kind": "agent"})));
    assert_eq!(codes(&evaluation), [("/agent", Required)]);
}

#[test]
fn dropping_an_answer_changes_the_rules_that_read_it() {
    let mut definition = definition();
    let page = definition
        .ui_schema
        .pointer_mut("/elements/0/elements")
        .unwrap();
    page[2]["rule"] = json!({"effect": "HIDE", "condition": {
        "scope": "#/properties/agent/properties/relation_detail",
        "schema": {"type": "string"}
    }});
    let form = CompiledForm::compile(&definition).unwrap();
    let detail = json!({"relation": "other", "relation_detail": "おば"});
    let answers = complete(json!({"agent": detail, "postal_code": "100-0001"}));
    let evaluation = form.evaluate(&map(answers), *TODAY);
    assert!(!evaluation.hidden.contains(&"/postal_code".to_owned()));
    assert_eq!(evaluation.answers["postal_code"], "100-0001");
}

#[test]
fn each_keyword_has_its_code() {
    let name = |name: &str| json!({"children": [{"name": name}]});
    let age = |age: Value| json!({"children": [{"name": "太郎", "age": age}]});
    let children = |n: usize| json!({"children": vec![json!({"name": "太郎"}); n]});
    let table = [
        (json!({"kind": "cat"}), "/kind", NotInList),
        (json!({"consent": false}), "/consent", NotInList),
        (
            json!({"birth_date": "1990-02-30"}),
            "/birth_date",
            WrongFormat,
        ),
        (json!({"birth_date": 19900401}), "/birth_date", WrongType),
        (
            json!({"postal_code": "100 0001"}),
            "/postal_code",
            WrongFormat,
        ),
        (
            json!({"postal_code": "１００-０００１"}),
            "/postal_code",
            WrongFormat,
        ),
        (name("太"), "/children/0/name", TooShort),
        (name("寿限無寿限無"), "/children/0/name", TooLong),
        (name("𠮷𠮷𠮷𠮷𠮷"), "/children/0/name", TooLong),
        (children(0), "/children", TooFew),
        (children(13), "/children", TooMany),
        (age(json!(-1)), "/children/0/age", TooSmall),
        (age(json!(19)), "/children/0/age", TooLarge),
        (age(json!(1.5)), "/children/0/age", WrongType),
        (json!({"children": [{}]}), "/children/0/name", Required),
        (json!({"a/b": 1}), "/a~1b", UnknownField),
    ];
    for (changes, pointer, code) in table {
        let evaluation = evaluate(complete(changes.clone()));
        assert_eq!(codes(&evaluation), [(pointer, code)], "{changes}");
    }
}

#[test]
fn messages_name_the_field_by_its_label() {
    let evaluation = evaluate(json!({
        "kind": "agent",
        "agent": {"name": "花子", "relation": "other", "relation_detail": ""},
        "postal_code": "1",
        "children": [{"name": "太"}],
        "consent": false
    }));
    let expected = [
        "「生年月日」を入力してください。",
        "「郵便番号」の形式が正しくありません。",
        "「関係の説明」を入力してください。",
        "「お子さんの氏名」は2文字以上で入力してください。",
        "「同意」を確認して、チェックを入れてください。",
    ];
    assert_eq!(messages(&evaluation), expected);
}

#[test]
fn a_message_is_told_in_three_languages_and_never_quotes_the_answer() {
    let mut definition = definition();
    let mut say = |name: &str, text: &str| {
        let texts = definition.texts.get_mut(name).unwrap();
        texts.insert("postal_code.label".to_owned(), text.to_owned());
    };
    say("ja-x-easy", "郵便番号（ゆうびんばんごう）");
    say("en", "Postal code");
    definition.schema["properties"]["postal_code"] =
        json!({"type": "string", "format": "jp-postal-code"});
    let form = CompiledForm::compile(&definition).unwrap();
    let evaluation = form.evaluate(&map(complete(json!({"postal_code": "secret"}))), *TODAY);
    let [problem] = &evaluation.problems[..] else {
        panic!("{evaluation:?}")
    };
    assert_eq!(problem.code, WrongFormat);
    assert_eq!(problem.message, problem.messages.ja);
    let messages = &problem.messages;
    assert_eq!(
        messages.ja,
        "「郵便番号」は「100-0001」のように7桁の数字で入力してください。"
    );
    let easy = "「郵便番号（ゆうびんばんごう）」は 「100-0001」のように 数字（すうじ） 7つで 書（か）いて ください。";
    assert_eq!(messages.ja_x_easy, easy);
    assert_eq!(
        messages.en,
        "Please write seven digits in “Postal code”, like 100-0001."
    );
}

#[test]
fn problems_stand_in_the_order_of_the_form() {
    let child = |n: usize| {
        if n == 2 || n == 10 {
            json!({})
        } else {
            json!({"name": "太郎"})
        }
    };
    let children: Vec<Value> = (0..11).map(child).collect();
    let evaluation = evaluate(json!({"x": 1, "a": 1, "children": children}));
    let expected = [
        ("/kind", Required),
        ("/birth_date", Required),
        ("/children/2/name", Required),
        ("/children/10/name", Required),
        ("/consent", Required),
        ("/a", UnknownField),
        ("/x", UnknownField),
    ];
    assert_eq!(codes(&evaluation), expected);
}

#[test]
fn partial_answers_may_lack_what_is_still_to_come() {
    let answers = map(json!({"children": [], "postal_code": "1"}));
    let evaluation = FORM.evaluate_partial(&answers, *TODAY);
    assert_eq!(codes(&evaluation), [("/postal_code", WrongFormat)]);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop_oneof!["self", "agent", "parent", "other", "1990-04-01"].prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            any_object(inner).prop_map(Value::Object),
        ]
    })
}

/// Mostly the names the form knows, so that rules and keywords meet every kind of value.
fn any_object(
    values: impl Strategy<Value = Value> + 'static,
) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![
        4 => "kind|agent|birth_date|postal_code|children|consent|name|relation|relation_detail|age",
        1 => any::<String>(),
    ];
    prop::collection::btree_map(name, values, 0..8).prop_map(Map::from_iter)
}

proptest! {
    #[test]
    fn evaluating_what_is_kept_changes_nothing(answers in any_object(any_json())) {
        let once = FORM.evaluate(&answers, *TODAY);
        let twice = FORM.evaluate(&once.answers, *TODAY);
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn nothing_hidden_is_kept(answers in any_object(any_json())) {
        let evaluation = FORM.evaluate(&answers, *TODAY);
        let kept = Value::Object(evaluation.answers);
        for pointer in &evaluation.hidden {
            prop_assert_eq!(kept.pointer(pointer), None);
            prop_assert!(evaluation.problems.iter().all(|problem| problem.pointer != *pointer));
        }
    }

    #[test]
    fn everything_shown_is_kept_as_sent(answers in any_object(any_json())) {
        let evaluation = FORM.evaluate(&answers, *TODAY);
        for (name, value) in &answers {
            let pointer = format!("/{name}");
            if name != "agent" && !evaluation.hidden.contains(&pointer) {
                prop_assert_eq!(evaluation.answers.get(name), Some(value));
            }
        }
    }
}

#[test]
fn an_individual_number_is_refused_where_any_text_may_be_written_and_the_way_out_is_told() {
    let agent =
        json!({"name": "花子", "relation": "other", "relation_detail": "１２３４-5678-9018"});
    let evaluation = evaluate(complete(json!({"kind": "agent", "agent": agent})));
    assert_eq!(
        codes(&evaluation),
        [("/agent/relation_detail", IndividualNumber)]
    );
    assert!(messages(&evaluation)[0].contains("別の番号のときは"));
    // A field that says how it is written is left alone, whatever its digits are.
    let postal = evaluate(complete(json!({"postal_code": "123-4567"})));
    assert!(postal.is_valid());
}
