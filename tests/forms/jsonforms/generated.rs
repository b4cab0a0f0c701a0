//! Answers as residents, careless frontends and malice would give them, made from a form and its examples.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Answers with more than one change.
const COMBINED: usize = 150;

/// What texts are made of: one byte, three, a surrogate pair, a variation sequence, a compatibility character.
const LETTERS: [&str; 5] = ["a", "あ", "𠮷", "葛\u{E0100}", "\u{FA19}"];

/// Texts that are nearly right for something.
const TEXTS: [&str; 46] = [
    "",
    " ",
    "1990-02-28",
    "1990-02-30",
    "2024-02-29",
    "1900-02-29",
    "2026-13-01",
    "100-0001",
    "1000001",
    "１００-０００１",
    "100-0001\n",
    "ミホン ハナコ",
    "キヨウコ",
    "キヨウコ　",
    "イスヾ クㇽ",
    "みほん",
    "ﾐﾎﾝ",
    "090-0000-0000",
    "0312345678",
    "0-",
    "09:30",
    "24:00",
    "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b",
    "1b4e28ba2fa14d3ba3f5ef19b5a7633b",
    "1234567890123",
    "0123456789",
    "060-123-4567",
    "050-1234-5678",
    "0120-123-456",
    "03--1234-5678",
    "00-1234-5678",
    "令和元年5月1日",
    "平成31年5月1日",
    "昭和64年1月7日",
    "昭和64年1月8日",
    "大正15年12月25日",
    "昭和元年12月24日",
    "令和６年２月２９日",
    "令和5年2月29日",
    "明治6年1月1日",
    "R8.4.1",
    "R0.4.1",
    "7000012050002",
    "7000012050003",
    "0001",
    "001",
];

/// Days around birthdays and `TODAY`, and some that do not exist.
const DAYS: [&str; 9] = [
    "2020-04-01",
    "2020-04-02",
    "2024-02-29",
    "2025-11-24",
    "2025-11-25",
    "2027-01-01",
    "1990-02-30",
    "2026-13-01",
    "20260401",
];

type Answers = Map<String, Value>;
/// Another answer to a question, or none.
type Change = (String, Option<Value>);

/// The examples themselves, each with every single change of one of them, and many with several.
pub(super) fn answers_for(schema: &Value, ui_schema: &Value, examples: &[Answers]) -> Vec<Answers> {
    let mut chance = Chance(schema.to_string().len() as u64);
    let mut made = examples.to_vec();
    for (name, property) in schema["properties"].as_object().unwrap() {
        let base = chance.pick(examples).clone();
        for value in variants(schema, property, base.get(name), &mut chance) {
            made.push(changed(&base, (name.clone(), value)));
        }
    }
    let deciding = read_by_rules(ui_schema);
    for _ in 0..COMBINED {
        let mut answers = chance.pick(examples).clone();
        for _ in 0..2 + chance.below(5) {
            let (name, value) = any_change(schema, &answers, &deciding, &mut chance);
            answers = changed(&answers, (name, value));
        }
        made.push(answers);
    }
    made
}

/// Every other time a change of an answer that rules read.
fn any_change(schema: &Value, to: &Answers, deciding: &[String], chance: &mut Chance) -> Change {
    let properties = schema["properties"].as_object().unwrap();
    let names: Vec<String> = properties.keys().cloned().collect();
    let from = if deciding.is_empty() || chance.below(2) == 0 {
        &names
    } else {
        deciding
    };
    let name = chance.pick(from).clone();
    let values = variants(schema, &properties[&name], to.get(&name), chance);
    let value = chance.pick(&values).clone();
    (name, value)
}

fn changed(answers: &Answers, (name, value): Change) -> Answers {
    let mut changed = answers.clone();
    match value {
        Some(value) => changed.insert(name, value),
        None => changed.remove(&name),
    };
    changed
}

/// The names of the answers that conditions are about.
fn read_by_rules(ui_schema: &Value) -> Vec<String> {
    fn visit(value: &Value, in_condition: bool, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    if let (true, "scope", Some(scope)) =
                        (in_condition, key.as_str(), value.as_str())
                    {
                        found.extend(scope.split('/').nth(2).map(str::to_owned));
                    }
                    visit(value, in_condition || key == "condition", found);
                }
            }
            Value::Array(values) => values.iter().for_each(|v| visit(v, in_condition, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    visit(ui_schema, false, &mut found);
    found.into_iter().collect()
}

/// What else could be answered to this question: nothing, the wrong thing, and all that is at a border.
fn variants(
    root: &Value,
    schema: &Value,
    now: Option<&Value>,
    chance: &mut Chance,
) -> Vec<Option<Value>> {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(&reference[1..]).unwrap(),
        None => schema,
    };
    let wrong = [
        json!(null),
        json!(true),
        json!(0),
        json!(""),
        json!([]),
        json!({}),
        json!([{}]),
    ];
    let mut found = vec![None, Some(chance.pick(&wrong).clone())];
    let titled = schema["oneOf"].as_array().into_iter().flatten();
    let titled = titled.filter_map(|choice| choice.get("const"));
    let choices = schema["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .chain(schema.get("const"))
        .chain(titled);
    let choices: Vec<Value> = choices.cloned().collect();
    found.extend(choices.iter().cloned().map(Some));
    if !choices.is_empty() {
        found.push(Some(json!("another")));
        return found;
    }
    found.extend(
        match schema["type"].as_str() {
            Some("string") => texts(schema, chance),
            Some("integer" | "number") => numbers(schema),
            Some("array") => lists(root, schema, now, chance),
            Some("object") => objects(root, schema, now, chance),
            _ => Vec::new(),
        }
        .into_iter()
        .map(Some),
    );
    found
}

fn texts(schema: &Value, chance: &mut Chance) -> Vec<Value> {
    let limit = |keyword: &str| schema[keyword].as_u64().map(|limit| limit as usize);
    let (least, most) = (limit("minLength"), limit("maxLength"));
    let characters = limit("x-max-characters");
    let below = least.map(|n| n.saturating_sub(1));
    let above = |limit: Option<usize>| limit.map(|n| n + 1);
    let lengths = [
        below,
        least,
        most,
        above(most),
        characters,
        above(characters),
    ];
    let mut found: Vec<Value> = Vec::new();
    for length in lengths.into_iter().flatten() {
        let letter = chance.pick(&LETTERS);
        found.push(Value::String(letter.repeat(length)));
    }
    match schema["format"].as_str() {
        Some(format) if format.starts_with("jp-") => found.extend(TEXTS.map(Value::from)),
        Some("date") => found.extend(DAYS.map(Value::from)),
        _ => found.extend((0..4).map(|_| json!(chance.pick(&TEXTS)))),
    }
    found
}

fn numbers(schema: &Value) -> Vec<Value> {
    let mut found = vec![json!(1.5), json!(1.0), json!(-1), json!("1")];
    for border in [&schema["minimum"], &schema["maximum"]] {
        if let Some(border) = border.as_i64() {
            found.extend([json!(border - 1), json!(border), json!(border + 1)]);
        }
    }
    found
}

/// The list with too few, too many and twice the same item, and with every variant of its first.
fn lists(root: &Value, schema: &Value, now: Option<&Value>, chance: &mut Chance) -> Vec<Value> {
    let now = now.and_then(Value::as_array).cloned().unwrap_or_default();
    let of_first = variants(root, &schema["items"], now.first(), chance);
    // AJV looks for no duplicates among items of a wrong type, which are refused anyway.
    let first = now.first().filter(|item| match item {
        Value::String(_) => schema["items"]["properties"].is_null(),
        Value::Object(_) => schema["items"]["properties"].is_object(),
        _ => false,
    });
    let first = first.or(of_first.last().and_then(Option::as_ref)).cloned();
    let first = first.unwrap_or_else(|| json!({}));
    let most = schema["maxItems"].as_u64().unwrap_or(3) as usize;
    let mut found = vec![json!([]), json!([first, first])];
    found.extend([most, most + 1].map(|n| Value::Array(vec![first.clone(); n])));
    for variant in of_first.into_iter().flatten() {
        let others = now.iter().skip(1).cloned();
        found.push(std::iter::once(variant).chain(others).collect());
    }
    found
}

fn objects(root: &Value, schema: &Value, now: Option<&Value>, chance: &mut Chance) -> Vec<Value> {
    let now = now.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut found = vec![Value::Object(changed(
        &now,
        ("a/b~c".to_owned(), Some(json!(1))),
    ))];
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        for variant in variants(root, property, now.get(name), chance) {
            found.push(Value::Object(changed(&now, (name.clone(), variant))));
        }
    }
    found
}

/// SplitMix64: the same answers in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
