//! The words of a form: every language says everything, and everything that is shown has its words.

use std::collections::{BTreeMap, BTreeSet};

use platform::pointer::child;

use super::{
    DefinitionProblem, File, FormDefinition, Localized, place_in_schema, profile::Property,
    ui::Layout,
};
use words::{Choice, Words};

mod words;

/// The languages a form cannot be published without; others are welcome and may be incomplete.
const LANGUAGES: [&str; 3] = ["ja", "ja-x-easy", "en"];

pub(super) fn check(
    definition: &FormDefinition,
    properties: &[Property<'_>],
    layout: &Layout,
    problems: &mut Vec<DefinitionProblem>,
) {
    let texts = &definition.texts;
    let declared = LANGUAGES.iter().filter_map(|language| texts.get(*language));
    let mut keys: BTreeSet<String> = declared.flat_map(BTreeMap::keys).cloned().collect();
    keys.extend(layout.texts.iter().cloned());
    // Several properties may refer to one definition.
    let mut titles = BTreeSet::new();
    // What no control reaches is told as such.
    for property in properties.iter().filter(|p| layout.reaches(&p.pointer)) {
        let words = Words::of(&definition.schema, &property.pointer);
        for i18n in layout.i18n_of(&property.pointer) {
            keys.extend(words.keys(i18n));
        }
        let of_choices = words.choices.iter().filter_map(Choice::title);
        titles.extend(of_choices.map(str::to_owned));
    }
    problems.extend(titles.iter().map(|place| {
        let message = "the words of a choice stand in the texts; its own key is i18n";
        DefinitionProblem::new(File::Schema, place, "outside_profile", message)
    }));
    for language in LANGUAGES {
        let spoken = texts.get(language);
        for key in &keys {
            let text = spoken.and_then(|texts| texts.get(key));
            if text.is_none_or(|text| text.trim().is_empty()) {
                let pointer = child(&format!("/{language}"), key);
                let message = format!("{language} has no text for {key}");
                let code = "missing_text";
                problems.push(DefinitionProblem::new(File::Texts, &pointer, code, message));
            }
        }
    }
}

/// The label of every property that has one, by its pointer without list numbers.
pub(super) fn labels(
    definition: &FormDefinition,
    properties: &[Property<'_>],
    layout: &Layout,
) -> BTreeMap<String, Localized> {
    let label = |property: &Property<'_>| {
        let pointer = &property.pointer;
        let i18n = layout.i18n_of(pointer).into_iter().next().flatten();
        let key = Words::of(&definition.schema, pointer).label(i18n);
        let text = |language| definition.texts.get(language)?.get(&key).cloned();
        let [ja, ja_x_easy, en] = LANGUAGES.map(text);
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
