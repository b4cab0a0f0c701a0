//! What the city need not ask, because the resident's identity provider has vouched for it.

use auth::ResidentId;
use auth::residents::{self, Attributes};
use calendar::jst_date;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use forms::{Field, IdentityAttribute, PublishedForm};
use keys::Keys;
use platform::{AsyncPgConnection, Result};
use serde_json::{Map, Value};

use crate::model::AnswerSource;
use crate::provenance::Entry;

/// What a draft of the resident's own is begun with: what the form's fields ask for by `x-prefill`, where it is a right answer.
/// Nothing of a resident whose provider sent nothing.
pub(crate) async fn from_identity(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    form: &PublishedForm,
    resident: ResidentId,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>> {
    let asks = |field: &&Field| field.prefill.is_some();
    if !form.compiled.fields().iter().any(|field| asks(&field)) {
        return Ok(Vec::new());
    }
    let Some(attributes) = residents::attributes(conn, keys, resident).await? else {
        return Ok(Vec::new());
    };
    let fields = form.compiled.fields().iter().filter(asks);
    let values = fields.filter_map(|field| {
        let value = value_for(field, field.prefill?, &attributes)?;
        Some((field.pointer.clone(), Value::String(value)))
    });
    let fitting = form
        .compiled
        .fitting(&Map::new(), values.collect(), jst_date(now));
    let entries = fitting.into_iter().filter_map(|(pointer, value)| {
        let attribute = form.compiled.field(&pointer)?.prefill?;
        Some(Entry {
            pointer,
            source: source(attribute, &attributes),
            given_at: now,
            value,
        })
    });
    Ok(entries.collect())
}

fn source(attribute: IdentityAttribute, attributes: &Attributes) -> AnswerSource {
    AnswerSource::Identity {
        attribute,
        issuer: attributes.issuer.clone(),
        assurance: attributes.assurance.clone(),
        ial: attributes.levels.ial,
        aal: attributes.levels.aal,
        verified_at: attributes.verified_at,
    }
}

/// The attribute as the provider sent it; an address in parts on one line, and a birthdate as the field writes dates.
fn value_for(field: &Field, attribute: IdentityAttribute, sent: &Attributes) -> Option<String> {
    match attribute {
        IdentityAttribute::Address => Some(sent.address()?.on_one_line()),
        IdentityAttribute::Birthdate if field.format() == Some("date") => {
            iso_date(&sent.text("birthdate")?)
        }
        other => sent.text(other.as_str()),
    }
}

/// Cards hold `19900405`, OpenID Connect says `1990-04-05`, and `0000-04-05` where the year is not told (Core 5.1).
fn iso_date(text: &str) -> Option<String> {
    let formats = ["%Y-%m-%d", "%Y%m%d"];
    let mut days = formats
        .iter()
        .map(|format| NaiveDate::parse_from_str(text, format));
    let day = days.find_map(Result::ok)?;
    (day.year() > 0).then(|| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birthdates_of_both_notations_are_dates() {
        assert_eq!(iso_date("1990-04-05").as_deref(), Some("1990-04-05"));
        assert_eq!(iso_date("19900405").as_deref(), Some("1990-04-05"));
        for none in ["1990", "0000-04-05", "平成2年4月5日", "1990-02-30"] {
            assert_eq!(iso_date(none), None, "{none}");
        }
    }
}
