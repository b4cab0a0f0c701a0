//! The words of a form: every language says everything, and every element has its words.

use std::collections::BTreeMap;

use platform::pointer::child;

use super::{DefinitionProblem, File, Localized, profile::Property, ui::Layout};

/// The languages a form cannot be published without; others are welcome and may be incomplete.
const LANGUAGES: [&str; 3] = ["ja", "ja-x-easy", "en"];

pub(super) type Texts = BTreeMap<String, BTreeMap<String, String>>;

pub(super) fn check(
    texts: &Texts,
    properties: &[Property<'_>],
    layout: &Layout,
    problems: &mut Vec<DefinitionProblem>,
) {
    let declared = LANGUAGES.iter().filter_map(|language| texts.get(*language));
    let declared = declared.flat_map(BTreeMap::keys).cloned();
    let of_schema = properties
        .iter()
        .filter_map(|property| property.i18n.as_ref());
    let used = of_schema.map(|i18n| format!("{i18n}.label"));
    let mut keys: Vec<String> = declared
        .chain(used)
        .chain(layout.texts.iter().cloned())
        .collect();
    keys.sort();
    keys.dedup();
    for language in LANGUAGES {
        let spoken = texts.get(language);
        for key in &keys {
            let text = spoken.and_then(|texts| texts.get(key));
            if text.is_none_or(|text| text.trim().is_empty()) {
                let pointer = child(&format!("/{language}"), key);
                let message = format!("{language} has no text for {key}");
                problems.push(DefinitionProblem::new(
                    File::Texts,
                    &pointer,
                    "missing_text",
                    message,
                ));
            }
        }
    }
}

/// The label of every property that has one, by its pointer without list numbers.
///
/// The key is found as `@jsonforms/core` finds it: the control's `i18n`, the schema's, the path.
pub(super) fn labels(
    texts: &Texts,
    properties: &[Property<'_>],
    layout: &Layout,
) -> BTreeMap<String, Localized> {
    let label = |property: &Property<'_>| {
        let pointer = &property.pointer;
        let path = pointer.trim_start_matches('/').replace('/', ".");
        let i18n = layout.i18n_of(pointer).or(property.i18n.as_deref());
        let key = format!("{}.label", i18n.unwrap_or(&path));
        let [ja, ja_x_easy, en] = LANGUAGES.map(|language| texts.get(language)?.get(&key).cloned());
        let ja = ja?;
        let label = Localized {
            ja_x_easy: ja_x_easy.unwrap_or_else(|| ja.clone()),
            en: en.unwrap_or_else(|| ja.clone()),
            ja,
        };
        Some((pointer.clone(), label))
    };
    properties.iter().filter_map(label).collect()
}
