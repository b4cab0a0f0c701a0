//! How long the server takes to evaluate a form of ten pages and a hundred rules; part of `make bench`.
//!
//! The aim is one millisecond for everything: rules, what they hide, the schema, what is computed.

use std::io::Write as _;
use std::time::{Duration, Instant};

use forms::{CompiledForm, FormDefinition};
use serde_json::{Map, Value, json};

const PAGES: usize = 10;
const RULES_OF_A_PAGE: usize = 10;
const EVALUATIONS: usize = 2_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let definition: FormDefinition = serde_json::from_value(definition())?;
    let form = CompiledForm::load(&definition).map_err(|problems| format!("{problems:?}"))?;
    let answers = answers();
    let today = "2026-11-24".parse()?;
    let mut times = Vec::new();
    for _ in 0..EVALUATIONS {
        let begun = Instant::now();
        let evaluation = form.evaluate(&answers, today);
        times.push(begun.elapsed());
        assert!(evaluation.is_valid() && !evaluation.hidden.is_empty());
    }
    times.sort_unstable();
    let [median, slowest_percent] = [times[EVALUATIONS / 2], times[EVALUATIONS * 99 / 100]];
    let met = if median <= Duration::from_millis(1) {
        "✓"
    } else {
        "✗"
    };
    let rules = PAGES * RULES_OF_A_PAGE;
    writeln!(
        std::io::stdout(),
        "{rules} rules over {PAGES} pages: p50 {median:?}, p99 {slowest_percent:?}; at most 1 ms {met}"
    )?;
    Ok(())
}

fn names() -> impl Iterator<Item = (usize, String)> {
    (0..PAGES * RULES_OF_A_PAGE).map(|n| {
        (
            n,
            format!("p{}_{}", n / RULES_OF_A_PAGE, n % RULES_OF_A_PAGE),
        )
    })
}

/// A question and, where it is answered with yes, a detail; each rule reads this question and the one before.
fn definition() -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (_, name) in names() {
        let detail = format!("{name}_detail");
        properties.insert(
            name.clone(),
            json!({"type": "string", "enum": ["yes", "no"]}),
        );
        properties.insert(
            detail.clone(),
            json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[^\\n]+$"}),
        );
        required.extend([name, detail]);
    }
    let texts = json!({"ja": {}, "ja-x-easy": {}, "en": {}});
    let anybody = json!({"ja": "だれでも", "ja-x-easy": "だれでも", "en": "Anybody"});
    json!({
        "schema": {
            "type": "object", "additionalProperties": false,
            "required": required, "properties": properties
        },
        "ui_schema": {"type": "Categorization", "elements": pages()},
        "texts": texts,
        "policy": {
            "eligibility": anybody, "fee_yen": 0, "processing_period": null,
            "approval_route": [], "appeal": null
        },
        "examples": []
    })
}

fn pages() -> Vec<Value> {
    let mut pages = vec![json!({"type": "Category", "elements": []}); PAGES];
    let mut before = None;
    for (n, name) in names() {
        let is = |name: &str, answer: &str| json!({"scope": format!("#/properties/{name}"), "schema": {"const": answer}});
        let mut conditions = vec![is(&name, "yes")];
        conditions.extend(before.map(|before: String| {
            json!({"type": "OR", "conditions": [is(&before, "yes"), is(&before, "no")]})
        }));
        let rule =
            json!({"effect": "SHOW", "condition": {"type": "AND", "conditions": conditions}});
        let control =
            |name: &str| json!({"type": "Control", "scope": format!("#/properties/{name}")});
        let mut detail = control(&format!("{name}_detail"));
        detail["rule"] = rule;
        if let Some(elements) = pages[n / RULES_OF_A_PAGE]["elements"].as_array_mut() {
            elements.extend([control(&name), detail]);
        }
        before = Some(name);
    }
    pages
}

/// Every other question is answered with yes.
fn answers() -> Map<String, Value> {
    let mut answers = Map::new();
    for (n, name) in names() {
        let yes = n % 2 == 0;
        answers.insert(format!("{name}_detail"), json!("詳しい説明"));
        answers.insert(name, json!(if yes { "yes" } else { "no" }));
    }
    answers
}
