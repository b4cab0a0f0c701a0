//! Filling in.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::place::{Piece, Place, pieces};
use super::{MailSubject, MessageText};
use crate::definition::Localized;

/// A message as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// One line.
    pub title: Localized,
    /// Plain text.
    pub body: Localized,
    /// What the mail about it says.
    pub mail: MailSubject,
}

/// What there is to fill in.
#[derive(Clone, Debug, Default)]
pub struct Values(BTreeMap<Place, Localized>);

impl Values {
    /// With a text of each language.
    #[must_use]
    pub fn with(mut self, place: Place, text: Localized) -> Self {
        self.0.insert(place, text);
        self
    }

    /// With what is the same in every language.
    #[must_use]
    pub fn with_same(self, place: Place, text: &str) -> Self {
        self.with(place, Localized::same(text))
    }

    /// With a day, if there is one.
    #[must_use]
    pub fn with_day(self, place: Place, day: Option<NaiveDate>) -> Self {
        let Some(day) = day else {
            return self;
        };
        let japanese = day.format("%Y年%-m月%-d日").to_string();
        let english = day.format("%-d %B %Y").to_string();
        self.with(place, Localized::in_english(&japanese, &english))
    }

    /// With a moment, to the second in Asia/Tokyo.
    #[must_use]
    pub fn with_moment(self, place: Place, at: DateTime<Utc>) -> Self {
        let at = calendar::jst_datetime(at);
        let japanese = at.format("%Y年%-m月%-d日 %H時%M分%S秒").to_string();
        let english = at.format("%-d %B %Y, %H:%M:%S").to_string();
        self.with(place, Localized::in_english(&japanese, &english))
    }
}

impl MessageText {
    pub(super) fn fill(&self, values: &Values, usual: MailSubject) -> Filled {
        Filled {
            title: localized(&self.title, values),
            body: localized(&self.body, values),
            mail: self.mail.unwrap_or(usual),
        }
    }
}

fn localized(template: &Localized, values: &Values) -> Localized {
    let fill = |template: &str, of: fn(&Localized) -> &String| {
        let lines = template.lines().filter_map(|line| {
            line_with(line, |place| {
                values.0.get(&place).map(|text| of(text).as_str())
            })
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    Localized {
        ja: fill(&template.ja, |text| &text.ja),
        ja_x_easy: fill(&template.ja_x_easy, |text| &text.ja_x_easy),
        en: fill(&template.en, |text| &text.en),
    }
}

/// `None` where there is nothing to fill in. What is no place stays as it stands.
fn line_with<'v>(line: &str, value: impl Fn(Place) -> Option<&'v str>) -> Option<String> {
    let mut filled = String::new();
    for piece in pieces(line) {
        match piece {
            Piece::Words(words) => filled.push_str(words),
            Piece::Braced(name) => match Place::named(name) {
                Some(place) => filled.push_str(value(place)?),
                None => filled.push_str(&format!("{{{name}}}")),
            },
        }
    }
    Some(filled)
}
