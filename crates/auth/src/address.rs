//! 住所 as identity providers send it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// An address as sent, code point for code point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Address {
    /// On one line, as a card holds it.
    Line(AddressLine),
    /// In parts (OpenID Connect Core 5.1.1), such as `formatted`, `postal_code`, `region`, `locality`, `street_address`.
    #[schema(example = json!({"postal_code": "187-0000", "region": "東京都", "locality": "小平市"}))]
    Parts(BTreeMap<String, String>),
}

/// An address on one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(max_length = 1000, example = "東京都小平市小川町二丁目0番地")]
pub struct AddressLine(String);

impl Address {
    /// The address of an attribute, from whatever in it is text or a number; `None` when nothing is.
    pub fn of(attribute: &Value) -> Option<Self> {
        let Value::Object(sent) = attribute else {
            let line = attribute.as_str()?.to_owned();
            return Some(Self::Line(AddressLine(line)));
        };
        let parts = sent
            .iter()
            .filter_map(|(name, part)| Some((name.clone(), text(part)?)));
        let parts: BTreeMap<_, _> = parts.collect();
        (!parts.is_empty()).then_some(Self::Parts(parts))
    }

    /// The lines to write on an envelope: what the provider formatted, or the parts from large to small.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Line(AddressLine(line)) => vec![line.clone()],
            Self::Parts(parts) => match parts.get("formatted") {
                Some(formatted) => formatted.lines().map(str::to_owned).collect(),
                None => {
                    let parts = IN_ORDER.iter().filter_map(|name| parts.get(*name));
                    vec![parts.map(String::as_str).collect()]
                }
            },
        }
    }

    /// The same on one line, without the 郵便番号 where that is a part of its own.
    pub fn on_one_line(&self) -> String {
        match self {
            Self::Parts(parts) if !parts.contains_key("formatted") => {
                let parts = IN_ORDER[1..].iter().filter_map(|name| parts.get(*name));
                parts.map(String::as_str).collect()
            }
            _ => self.lines().join(" "),
        }
    }
}

/// Text as it was sent, or a number in digits: providers send codes and dates as either.
pub(crate) fn text(sent: &Value) -> Option<String> {
    match sent {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The order of a Japanese address.
const IN_ORDER: [&str; 4] = ["postal_code", "region", "locality", "street_address"];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(attribute: Value) -> Vec<String> {
        Address::of(&attribute).unwrap().lines()
    }

    #[test]
    fn whatever_form_it_has_it_can_be_written_on_an_envelope() {
        assert_eq!(lines(json!("東京都小平市")), ["東京都小平市"]);
        let formatted = json!({"formatted": "東京都小平市\n小川町二丁目", "region": "東京都"});
        assert_eq!(lines(formatted), ["東京都小平市", "小川町二丁目"]);
        let parts =
            json!({"street_address": "小川町二丁目", "region": "東京都", "locality": "小平市"});
        assert_eq!(lines(parts), ["東京都小平市小川町二丁目"]);
        let mixed = json!({"postal_code": 1870032, "region": "東京都", "country": null});
        assert_eq!(lines(mixed), ["1870032東京都"]);
    }

    #[test]
    fn what_is_no_address_is_none() {
        assert_eq!(Address::of(&json!(42)), None);
        assert_eq!(Address::of(&json!({"region": null, "locality": []})), None);
    }
}
