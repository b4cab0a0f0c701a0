//! What the server makes of answers is what JSON Forms and AJV make of them in a browser.
//!
//! And what either renderer would write has its words in every language.
//! The other side is `tests/jsonforms`, which runs `@jsonforms/core` in Node.js and shares no line with the server.

mod generated;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use portal::forms::{AnswerCode, CompiledForm, FormDefinition};
use serde_json::{Map, Value, json};
use serde_json_canonicalizer::to_string;
use tests::{NodeProgram, say, workspace};

/// The day that the answers are given for.
const TODAY: &str = "2026-11-24";

/// A form with its definition's parts as they were written.
struct Form {
    name: String,
    definition: FormDefinition,
}

/// Every version of every form of the catalogue, and a form with all that the profile allows.
fn forms() -> Vec<Form> {
    let procedures = folders_in(&workspace().join("catalogue/procedures"));
    let everything = workspace().join("tests/forms/jsonforms/everything");
    let procedures = procedures.into_iter().chain([everything]);
    let versions = procedures.flat_map(|procedure| folders_in(&procedure));
    versions.map(|version| read(&version)).collect()
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn read(version: &Path) -> Form {
    let part = |part: &str| -> Value {
        let text = std::fs::read_to_string(version.join(format!("{part}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let parts = ["schema", "ui_schema", "texts", "policy", "examples"];
    let parts = parts.map(|name| (name.to_owned(), part(name)));
    Form {
        name: version.display().to_string(),
        definition: serde_json::from_value(Map::from_iter(parts).into()).unwrap(),
    }
}

/// What the server finds, in the words of `tests/jsonforms`. AJV does not look for 個人番号.
fn verdict(form: &CompiledForm, answers: &Map<String, Value>) -> Value {
    let found = form.evaluate(answers, TODAY.parse().unwrap());
    let problems = found.problems.iter();
    let problems = problems.filter(|problem| problem.code != AnswerCode::IndividualNumber);
    let problems: BTreeSet<String> = problems
        .map(|problem| format!("{} {}", problem.pointer, problem.code.as_str()))
        .collect();
    json!({"kept": found.answers, "hidden": found.hidden, "disabled": found.disabled, "problems": problems})
}

#[derive(Default)]
struct Comparison {
    definitions: usize,
    answers: usize,
    valid: usize,
    controls: u64,
    /// What JSON Forms would write, all languages together.
    words: u64,
    /// The titles that react-jsonschema-form would show, likewise.
    titles: u64,
    disagreements: Vec<Value>,
}

impl Comparison {
    fn compare(&mut self, browser: &mut NodeProgram, form: &Form) {
        let FormDefinition {
            schema,
            ui_schema,
            texts,
            policy,
            examples,
            ..
        } = &form.definition;
        let compiled = CompiledForm::compile(&form.definition).unwrap();
        let definition =
            json!({"schema": schema, "ui_schema": ui_schema, "texts": texts, "policy": policy});
        browser.tell(&json!({"definition": definition}).to_string());
        let made = hear(browser);
        assert_eq!(made["words"]["missing"], json!([]), "{}", form.name);
        let count = |value: &Value| value.as_u64().unwrap();
        let controls = count(&made["controls"]);
        self.words += count(&made["words"]["jsonforms"]);
        self.titles += count(&made["words"]["rjsf"]);
        let examples: Vec<_> = examples.iter().map(|e| e.answers.clone()).collect();
        let all = generated::answers_for(schema, ui_schema, &examples);
        browser.tell(&json!({"answers": all, "today": TODAY}).to_string());
        let ours: Vec<Value> = all
            .iter()
            .map(|answers| verdict(&compiled, answers))
            .collect();
        let theirs = hear(browser);
        let theirs = theirs.as_array().unwrap();
        assert_eq!(ours.len(), theirs.len(), "{}", form.name);
        self.definitions += 1;
        self.controls += controls * all.len() as u64;
        for ((answers, ours), theirs) in all.iter().zip(ours).zip(theirs) {
            self.answers += 1;
            self.valid += usize::from(ours["problems"] == json!([]));
            // Canonically, because JavaScript writes 1.0 as 1.
            if to_string(&ours).unwrap() != to_string(theirs).unwrap() {
                let name = &form.name;
                self.disagreements.push(
                    json!({"form": name, "answers": answers, "server": ours, "browser": theirs}),
                );
            }
        }
    }
}

fn hear(browser: &mut NodeProgram) -> Value {
    let answer: Value = serde_json::from_str(&browser.hear()).unwrap();
    assert_eq!(answer.get("failed"), None, "{answer:#}");
    answer
}

#[test]
fn the_server_and_json_forms_agree_on_every_form() {
    let Some(mut browser) = NodeProgram::start("jsonforms", "@jsonforms/core") else {
        return;
    };
    let mut comparison = Comparison::default();
    for form in forms() {
        comparison.compare(&mut browser, &form);
    }
    let Comparison {
        definitions,
        answers,
        valid,
        controls,
        words,
        titles,
        disagreements,
    } = comparison;
    say(&format!(
        "JSON Forms and the server: {definitions} definitions, {answers} answers ({valid} valid), \
         {controls} controls, {} disagreements; {words} words in JSON Forms and {titles} titles in \
         react-jsonschema-form, each in its language",
        disagreements.len()
    ));
    assert!(disagreements.is_empty(), "{:#}", disagreements[0]);
}
