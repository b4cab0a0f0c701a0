//! What differs between two versions of a form, and what that means for answers given on the older one. Pure.
//!
//! A change is compatible when every set of answers that the older version accepts is accepted by the newer one and
//! means the same. What is not known to be so needs the resident.

mod concern;
mod layout;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use platform::pointer::child;
use serde_json::Value;

use crate::definition::{CompiledForm, FeeKind, File, FormDefinition, Policy};

use concern::FIELD_REMOVED;

/// Characters of a pointer that is told.
const LONGEST_POINTER: usize = 2_000;

platform::text_enum! {
    /// What becomes of a draft on the older version.
    Verdict {
        /// It can be moved as it is.
        Compatible = "compatible",
        /// Its owner has to look at it.
        NeedsResident = "needs_resident",
        /// It cannot be moved.
        Incompatible = "incompatible",
    }
}

/// One difference between two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The part it is in.
    pub file: File,
    /// JSON Pointer into that part of the newer version, of the older one for what was removed; where names are very
    /// long, the beginning of it.
    pub pointer: String,
    /// Stable, for programs.
    pub code: &'static str,
    /// What it means for answers.
    pub verdict: Verdict,
    /// The answer it is about, as a JSON Pointer without list numbers.
    pub field: Option<String>,
    /// In plain Japanese, for whoever fills in the form.
    pub message: String,
}

/// All differences between two versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The gravest of all.
    pub verdict: Verdict,
    /// The gravest first.
    pub changes: Vec<Change>,
}

impl Comparison {
    /// Compares two definitions of one procedure's form. What does not compile has no labels.
    pub(crate) fn between(older: &FormDefinition, newer: &FormDefinition) -> Self {
        let forms = [older, newer].map(CompiledForm::load_draft);
        let labels = forms.into_iter().flatten().map(|form| form.labels);
        let labels = labels.flatten().map(|(field, label)| (field, label.ja));
        Self::labelled(older, newer, labels.collect())
    }

    /// The same with the labels to call fields by.
    pub(crate) fn labelled(
        older: &FormDefinition,
        newer: &FormDefinition,
        labels: BTreeMap<String, String>,
    ) -> Self {
        let mut changes = Changes {
            labels,
            found: Vec::new(),
        };
        let fields = schema::compare(&older.schema, &newer.schema, &mut changes);
        layout::compare(&older.ui_schema, &newer.ui_schema, &fields, &mut changes);
        compare_texts(older, newer, &mut changes);
        compare_policies(&older.policy, &newer.policy, &mut changes);
        for (file, same) in [
            (File::Examples, older.examples == newer.examples),
            (File::Letter, older.letter == newer.letter),
            (File::Messages, older.messages == newer.messages),
        ] {
            if !same {
                changes.add(file, "", "part_changed", Verdict::Compatible);
            }
        }
        changes.into()
    }

    /// Two forms of different procedures have nothing to do with each other.
    pub(crate) fn of_strangers() -> Self {
        let mut changes = Changes::default();
        let verdict = Verdict::Incompatible;
        changes.add(File::Schema, "", "another_procedure", verdict);
        changes.into()
    }
}

impl From<Changes> for Comparison {
    fn from(Changes { mut found, .. }: Changes) -> Self {
        found.sort_by(|one, other| {
            let place = |change: &Change| (change.file, change.pointer.clone(), change.code);
            let gravest = other.verdict.cmp(&one.verdict);
            gravest.then_with(|| place(one).cmp(&place(other)))
        });
        let gravest = found.first().map(|change| change.verdict);
        Self {
            verdict: gravest.unwrap_or(Verdict::Compatible),
            changes: found,
        }
    }
}

/// The changes found so far, and the labels to call fields by.
#[derive(Default)]
struct Changes {
    labels: BTreeMap<String, String>,
    found: Vec<Change>,
}

impl Changes {
    fn add(&mut self, file: File, pointer: &str, code: &'static str, verdict: Verdict) {
        self.found.push(Change {
            file,
            pointer: beginning(pointer),
            code,
            verdict,
            field: None,
            message: in_japanese(code, ""),
        });
    }

    fn add_of(&mut self, field: &str, pointer: &str, code: &'static str, verdict: Verdict) {
        let label = self.labels.get(field).map_or(field, String::as_str);
        self.found.push(Change {
            file: File::Schema,
            pointer: beginning(pointer),
            code,
            verdict,
            field: Some(field.to_owned()),
            message: in_japanese(code, label),
        });
    }
}

fn beginning(pointer: &str) -> String {
    pointer.chars().take(LONGEST_POINTER).collect()
}

fn compare_texts(older: &FormDefinition, newer: &FormDefinition, changes: &mut Changes) {
    let flat = |definition: &FormDefinition| -> BTreeMap<String, String> {
        let languages = definition.texts.iter();
        let texts = languages.flat_map(|(language, texts)| {
            texts.iter().map(move |(key, text)| {
                let pointer = child(&format!("/{language}"), key);
                (pointer, text.clone())
            })
        });
        texts.collect()
    };
    let (before, after) = (flat(older), flat(newer));
    let pointers: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for pointer in pointers {
        let code = match (before.get(pointer), after.get(pointer)) {
            (Some(before), Some(after)) if before == after => continue,
            (Some(_), Some(_)) => "text_changed",
            (None, _) => "text_added",
            (_, None) => "text_removed",
        };
        changes.add(File::Texts, pointer, code, Verdict::Compatible);
    }
}

/// Who pays more must know; everything else is the city's own matter.
fn compare_policies(older: &Policy, newer: &Policy, changes: &mut Changes) {
    let members = [older, newer].map(|policy| match serde_json::to_value(policy) {
        Ok(Value::Object(members)) => members,
        _ => serde_json::Map::new(),
    });
    let [before, after] = &members;
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        if before.get(name) == after.get(name) {
            continue;
        }
        let (code, verdict) = match name.as_str() {
            "fee_yen" if newer.fee_yen > older.fee_yen => ("fee_raised", Verdict::NeedsResident),
            "fee_kind" if newer.fee_kind != FeeKind::None => {
                ("fee_kind_changed", Verdict::NeedsResident)
            }
            _ => ("policy_changed", Verdict::Compatible),
        };
        changes.add(File::Policy, &format!("/{name}"), code, verdict);
    }
}

fn in_japanese(code: &str, label: &str) -> String {
    let text = match code {
        "required_field_added" => "「{}」の入力が新しく必要になりました。",
        "now_required" => "「{}」の入力が必須になりました。",
        FIELD_REMOVED => "「{}」はたずねなくなりました。",
        "limit_tightened" => "「{}」に入力できる範囲が狭くなりました。",
        "choice_removed" => "「{}」の選択肢が変わりました。",
        "type_changed" | "format_changed" | "changed" => "「{}」の入力のしかたが変わりました。",
        "visibility_changed" => "「{}」をたずねる条件が変わりました。",
        "locked_changed" => "「{}」を変更できる条件が変わりました。",
        "unlocked" => "「{}」をいつでも変更できるようになりました。",
        "files_changed" => "「{}」の添付ファイルの扱いが変わりました。",
        "fee_raised" => "手数料が上がりました。",
        "fee_kind_changed" => "手数料の決め方が変わりました。",
        "another_procedure" => "別の手続の様式です。",
        "too_complex" => "様式が大きく変わりました。",
        "field_added" => "「{}」を任意で入力できるようになりました。",
        "no_longer_required" => "「{}」の入力が任意になりました。",
        "loosened" => "「{}」に入力できる範囲が広くなりました。",
        "annotation_changed" => "「{}」の説明が変わりました。",
        "text_added" => "文が加わりました。",
        "text_changed" => "文が変わりました。",
        "text_removed" => "文がなくなりました。",
        "layout_changed" => "画面の並びや見た目が変わりました。",
        "policy_changed" => "取り扱いが変わりました。",
        _ => "内容が変わりました。",
    };
    let text = text.replace("{}", label);
    text.chars().take(500).collect()
}
