//! `x-max-characters`: the most characters a text has, as its reader counts them.
//!
//! `maxLength` counts code points, so 葛 with its variation selector is two. This keyword counts what
//! Unicode calls extended grapheme clusters (UAX #29), so it is one, and a limit never falls inside it.

use jsonschema::{Keyword, ValidationError, ValidationOptions};
use serde_json::{Map, Value};
use unicode_segmentation::UnicodeSegmentation as _;

const NAME: &str = "x-max-characters";

pub(crate) fn with_characters(options: ValidationOptions<'static>) -> ValidationOptions<'static> {
    options.with_keyword(NAME, |beside, limit, _| {
        Ok(Box::new(MaxCharacters::new(beside, limit)?))
    })
}

struct MaxCharacters(usize);

impl MaxCharacters {
    /// A character may have any number of code points: without `maxLength` a text would have no end.
    fn new(beside: &Map<String, Value>, limit: &Value) -> Result<Self, ValidationError<'static>> {
        let code_points = beside.get("maxLength").and_then(Value::as_u64);
        let limit = limit.as_u64().filter(|limit| Some(*limit) <= code_points);
        let limit = limit.and_then(|limit| usize::try_from(limit).ok());
        limit.map(Self).ok_or_else(|| {
            let message = format!("{NAME} is a whole number, beside a maxLength at least as large");
            ValidationError::custom(message)
        })
    }
}

impl<'i> Keyword<'i> for MaxCharacters {
    fn validate(&self, answer: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(answer) {
            return Ok(());
        }
        // The limit is all that whoever words the problem needs.
        Err(ValidationError::custom(self.0.to_string()))
    }

    fn is_valid(&self, answer: &'i Value) -> bool {
        let text = answer.as_str().unwrap_or_default();
        text.len() <= self.0 || text.graphemes(true).count() <= self.0
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::rules::schema_options;

    #[test]
    fn a_variation_sequence_a_surrogate_pair_and_a_compatibility_character_count_as_one() {
        let schema = json!({"maxLength": 12, "x-max-characters": 3});
        let validator = schema_options().build(&schema).unwrap();
        for text in [
            "",
            "abc",
            "葛\u{E0100}飾区",
            "葛\u{E0100}葛\u{E0100}葛\u{E0100}",
            "𠮷𠮷𠮷",
            "\u{FA19}\u{FA19}\u{FA19}",
            "カ\u{3099}キ\u{3099}ク\u{3099}",
        ] {
            assert!(validator.is_valid(&json!(text)), "{text}");
        }
        for text in [
            "abcd",
            "葛\u{E0100}飾区民",
            "𠮷𠮷𠮷𠮷",
            "カ\u{3099}キ\u{3099}ク\u{3099}ケ",
        ] {
            assert!(!validator.is_valid(&json!(text)), "{text}");
        }
        assert!(validator.is_valid(&json!(12345)));
    }

    #[test]
    fn the_limit_stands_beside_one_of_code_points() {
        for schema in [
            json!({"x-max-characters": 3}),
            json!({"maxLength": 2, "x-max-characters": 3}),
            json!({"maxLength": 9, "x-max-characters": "3"}),
            json!({"maxLength": 9, "x-max-characters": -1}),
        ] {
            assert!(schema_options().build(&schema).is_err(), "{schema}");
        }
    }
}
