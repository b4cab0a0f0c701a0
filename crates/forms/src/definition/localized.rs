//! A text in every language of the portal.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// A text in the three languages of the portal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// Japanese.
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000, example = "犬の登録事項変更届")]
    pub ja: String,
    /// やさしい日本語.
    #[serde(rename = "ja-x-easy")]
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000, example = "犬（いぬ）の 届け出（とどけで）")]
    pub ja_x_easy: String,
    /// English.
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000, example = "Change in dog registration")]
    pub en: String,
}

impl Localized {
    /// The text in every language, by the language's tag.
    pub(crate) fn by_language(&self) -> [(&'static str, &str); 3] {
        [
            ("ja", &self.ja),
            ("ja-x-easy", &self.ja_x_easy),
            ("en", &self.en),
        ]
    }

    /// A text in each language.
    pub fn new(ja: impl Into<String>, ja_x_easy: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            ja: ja.into(),
            ja_x_easy: ja_x_easy.into(),
            en: en.into(),
        }
    }

    /// One text for all languages.
    pub fn same(text: &str) -> Self {
        Self::in_english(text, text)
    }

    /// One text for Japanese of either kind, and one for English.
    pub fn in_english(japanese: &str, english: &str) -> Self {
        Self::new(japanese, japanese, english)
    }

    /// The languages in which it says nothing.
    pub(crate) fn blanks(&self) -> impl Iterator<Item = &'static str> {
        let texts = self.by_language().into_iter();
        texts
            .filter(|(_, text)| text.trim().is_empty())
            .map(|(language, _)| language)
    }
}
