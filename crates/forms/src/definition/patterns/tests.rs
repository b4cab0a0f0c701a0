use serde_json::{Value, json};

use super::*;
use crate::definition::fixture::definition;

fn codes(pattern: &str) -> Vec<&'static str> {
    let mut problems = Vec::new();
    let mut walk = Walk {
        file: File::Schema,
        problems: &mut problems,
    };
    walk.judge(pattern, "/pattern");
    problems.into_iter().map(|problem| problem.code).collect()
}

#[test]
fn patterns_that_a_browser_never_finishes_are_refused() {
    for pattern in [
        "^(a+)+$",
        "^(a*)*$",
        "^(a|a)*$",
        "^(a|ab|b)+$",
        r"^(\d+)*x$",
        "^([ァ-ヶ]+ ?)+$",
        r"^(\w+\s*)+$",
        "^(a?){20}a{20}$",
        "^((a{1,5}))+$",
        "^a*a*a*$",
        r"^(a*)(\w*)b?(a*)$",
        "^.*a.*b.*$",
        "^あ*ア*ア*ア*$",
        "^a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?b$",
    ] {
        assert_eq!(codes(pattern), ["catastrophic_pattern"], "{pattern}");
    }
}

#[test]
fn patterns_that_read_in_one_way_are_welcome() {
    for pattern in [
        "^[ァ-ヶー・　 ]+$",
        "^[0-9]{3}-?[0-9]{4}$",
        "^0[0-9-]{8,12}$",
        "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        r"^(-\d{4})*$",
        "^(ab|cd)*$",
        r"^(\d{1,4}-){2}\d{4}$",
        r"^\d+-\d+-\d+-\d+$",
        "^[^@]+@[^@]+$",
        r"^\p{Hiragana}*\p{Katakana}*\p{Han}*$",
        "^.+年.+$",
    ] {
        assert_eq!(codes(pattern), [""; 0], "{pattern}");
    }
}

#[test]
fn a_pattern_that_cannot_be_read_is_refused() {
    for pattern in ["(", "(?<=a)b", r"\q", "a{2,1}"] {
        assert_eq!(codes(pattern), ["outside_profile"], "{pattern}");
    }
}

#[test]
fn a_pattern_is_found_wherever_a_schema_is_and_nowhere_else() {
    let bad = json!({"pattern": "^(a+)+$"});
    let table: [(File, &str, Value, Option<&str>); 8] = [
        (File::Schema, "/properties/options", bad.clone(), Some("")),
        (File::Schema, "/properties/default", bad.clone(), Some("")),
        (
            File::Schema,
            "/properties/pattern",
            json!({"const": "(((("}),
            None,
        ),
        (
            File::Schema,
            "/$defs/examples",
            json!({"items": bad}),
            Some("/items"),
        ),
        (File::Schema, "/properties/consent/const", bad.clone(), None),
        (
            File::UiSchema,
            "/elements/0/rule",
            json!({"condition": {"conditions": [{"schema": bad}]}}),
            Some("/condition/conditions/0/schema"),
        ),
        (File::UiSchema, "/elements/0/options", bad.clone(), None),
        (
            File::UiSchema,
            "/elements/0/options",
            json!({"detail": {"elements": [{"rule": {"condition": {"schema": bad}}}]}}),
            Some("/detail/elements/0/rule/condition/schema"),
        ),
    ];
    for (file, place, value, found) in table {
        let mut form = definition();
        let part = match file {
            File::Schema => &mut form.schema,
            _ => &mut form.ui_schema,
        };
        let (parent, name) = place.rsplit_once('/').unwrap();
        part.pointer_mut(parent).unwrap()[name] = value;
        let mut problems = Vec::new();
        check(&form, &mut problems);
        let pointers: Vec<_> = problems.into_iter().map(|p| (p.file, p.pointer)).collect();
        let expected = found.map(|found| (file, format!("{place}{found}/pattern")));
        assert_eq!(pointers, Vec::from_iter(expected), "{place}");
    }
}
