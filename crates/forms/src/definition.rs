//! A version of a form: what it is made of, and the proof that its parts fit together.

use std::collections::{BTreeMap, BTreeSet};

use auth::assurance::RequiredAssurance;
use calendar::ProcessingPeriod;
use chrono::NaiveDate;
use jsonschema::Validator;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::computed::{self, Computed};
use crate::evaluate::AnswerCode;
use crate::rules::schema_options;

#[cfg(test)]
pub(crate) mod fixture;
mod profile;
#[cfg(test)]
mod tests;
mod texts;
pub(crate) mod ui;

/// Everything one version of a procedure's form consists of; immutable once published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormDefinition {
    /// JSON Schema 2020-12 of the answers: closed objects, local references, no `if`.
    pub schema: Value,
    /// JSON Forms UI schema: pages, inputs, and the rules that show and hide them.
    pub ui_schema: Value,
    /// Texts by language and key; `ja`, `ja-x-easy` and `en` are always there.
    pub texts: BTreeMap<String, BTreeMap<String, String>>,
    /// How the city handles what is filed with this form.
    pub policy: Policy,
    /// Answers the form must accept or refuse, checked before it is published.
    pub examples: Vec<Example>,
    /// Typst template of the letter that tells of a decision; absent: the program's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
}

/// How the city handles an application: versioned with the form because it is part of the offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Who may apply.
    pub eligibility: Localized,
    /// What it costs, in yen.
    #[schema(example = 0)]
    pub fee_yen: u32,
    /// 標準処理期間; a notification has none (行政手続法37条).
    #[schema(value_type = Option<ProcessingPeriodSchema>)]
    pub processing_period: Option<ProcessingPeriod>,
    /// Who approves, first to last.
    #[schema(max_items = 10)]
    pub approval_route: Vec<ApprovalStep>,
    /// 教示: how to object (行政不服審査法82条, 行政事件訴訟法46条); none without a disposition.
    pub appeal: Option<Appeal>,
    /// What the login must have reached to file, answer a correction or withdraw (DS-511); absent: any login will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assurance: Option<RequiredAssurance>,
}

/// 標準処理期間 as a counting policy; cities count differently.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes calendar::ProcessingPeriod, which knows no HTTP"
)]
pub(crate) struct ProcessingPeriodSchema {
    /// How many units.
    #[schema(minimum = 1, example = 30)]
    length: u16,
    /// `opening_days`, `calendar_days`, `weeks` or `months`.
    #[schema(max_length = 20, example = "calendar_days")]
    unit: String,
    /// `arrival_day` or `day_after_arrival`.
    #[schema(max_length = 20, example = "day_after_arrival")]
    start: String,
    /// What happens when the last day is no opening day: `next_opening_day` or `unchanged`.
    #[schema(max_length = 20, example = "next_opening_day")]
    holiday_rule: String,
}

/// One approval (決裁) on the way to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalStep {
    /// The role the approver has.
    #[schema(max_length = 60, example = "approver")]
    pub role: String,
    /// The department in which they have it; `owner` is the procedure's own.
    #[schema(max_length = 60, example = "owner")]
    pub department: String,
}

/// What a written disposition says about objecting to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// 審査庁, to which the request for review goes.
    #[schema(max_length = 100, example = "東京都知事")]
    pub review_authority: String,
    /// Months from knowing of the disposition in which to request a review.
    #[schema(example = 3)]
    pub review_period_months: u8,
    /// Whom an action is brought against.
    #[schema(max_length = 100, example = "市")]
    pub defendant: String,
    /// Who represents the defendant.
    #[schema(max_length = 100, example = "市長")]
    pub representative: String,
    /// Months from knowing of the disposition in which to bring an action.
    #[schema(example = 6)]
    pub litigation_period_months: u8,
    /// 審査請求前置: whether an action is only possible after a review.
    #[schema(example = false)]
    pub review_required_first: bool,
}

/// A text in the three languages of the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// Japanese.
    #[schema(max_length = 4000, example = "犬の登録事項変更届")]
    pub ja: String,
    /// やさしい日本語.
    #[serde(rename = "ja-x-easy")]
    #[schema(max_length = 4000, example = "犬（いぬ）の 届け出（とどけで）")]
    pub ja_x_easy: String,
    /// English.
    #[schema(max_length = 4000, example = "Change in dog registration")]
    pub en: String,
}

/// Answers and what evaluating them must find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What the example shows.
    pub name: String,
    /// The day they are given for, where it matters; absent: 2026-04-01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// The answers as a resident would send them.
    pub answers: Map<String, Value>,
    /// Whether they are accepted.
    pub valid: bool,
    /// All problems found in them, in any order.
    #[serde(default)]
    pub errors: Vec<ExampleError>,
}

/// The day of examples that say none: the same for ever, whenever they are checked.
const EXAMPLE_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 4, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// A problem an example must cause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleError {
    /// JSON Pointer of the answer.
    pub pointer: String,
    /// What is wrong with it.
    pub code: AnswerCode,
}

/// The part of a definition a problem is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum File {
    /// `schema.json`
    Schema,
    /// `ui_schema.json`
    UiSchema,
    /// `texts.json`
    Texts,
    /// `examples.json`
    Examples,
}

/// Why a definition cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{file:?} {pointer}: {code}: {message}")]
pub struct DefinitionProblem {
    /// The part it is in.
    pub file: File,
    /// JSON Pointer into that part; empty when it concerns the whole.
    pub pointer: String,
    /// Stable, for programs.
    pub code: &'static str,
    /// For the author of the form.
    pub message: String,
}

impl DefinitionProblem {
    pub(crate) fn new(
        file: File,
        pointer: &str,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            file,
            pointer: pointer.to_owned(),
            code,
            message: message.into(),
        }
    }
}

/// A definition whose parts are known to fit together, ready to evaluate answers.
#[derive(Debug)]
pub struct CompiledForm {
    pub(crate) validator: Validator,
    pub(crate) layout: ui::Layout,
    /// What the form computes, each after what it reads.
    pub(crate) computed: Vec<Computed>,
    /// The properties outside lists, as JSON Pointers, in the order of the schema.
    pub(crate) properties: Vec<String>,
    /// The label of a property, by its pointer without list numbers.
    pub(crate) labels: BTreeMap<String, Localized>,
    /// The properties that take any text, by their pointers without list numbers.
    pub(crate) free_texts: BTreeSet<String>,
}

impl CompiledForm {
    /// Compiles a definition and checks that it can be published.
    ///
    /// # Errors
    /// Every problem found: a schema outside the profile, a control or rule without its property,
    /// a property no control shows, rules that depend on themselves, missing texts, examples that
    /// do not evaluate as they say.
    pub fn compile(definition: &FormDefinition) -> Result<Self, Vec<DefinitionProblem>> {
        let mut problems = Vec::new();
        let properties = profile::declared_properties(&definition.schema)?;
        let form = Self::build(definition, &mut problems)?;
        form.layout.check_reachable(&properties, &mut problems);
        form.layout.check_cycles(&form.computed, &mut problems);
        texts::check(&definition.texts, &properties, &form.layout, &mut problems);
        // Without sound rules the examples would only repeat what was found already.
        if problems.is_empty() {
            form.check_examples(&definition.examples, &mut problems);
        }
        if problems.is_empty() {
            Ok(form)
        } else {
            Err(problems)
        }
    }

    /// Compiles a definition that was checked when it was published: it is not judged again, so that a
    /// later version of the program cannot take a published form out of service.
    ///
    /// # Errors
    /// When the schema does not compile.
    pub fn load(definition: &FormDefinition) -> Result<Self, Vec<DefinitionProblem>> {
        Self::build(definition, &mut Vec::new())
    }

    fn build(
        definition: &FormDefinition,
        problems: &mut Vec<DefinitionProblem>,
    ) -> Result<Self, Vec<DefinitionProblem>> {
        let properties = profile::declared_properties(&definition.schema)?;
        let validator = compile_schema(&definition.schema).map_err(|problem| vec![problem])?;
        let computed = computed::read(&definition.schema, problems);
        let layout = ui::Layout::read(&definition.ui_schema, &properties, problems);
        let labels = texts::labels(&definition.texts, &properties, &layout);
        let is_computed = |pointer: &str| computed.iter().any(|c| c.pointer() == pointer);
        let typed = properties.iter().filter(|p| !is_computed(&p.pointer));
        let free_texts = typed.filter(|p| p.free_text);
        let free_texts = free_texts.map(|p| p.pointer.clone()).collect();
        let outside_lists = properties.into_iter().filter(|p| !p.in_list);
        Ok(Self {
            validator,
            properties: outside_lists.map(|p| p.pointer).collect(),
            labels,
            free_texts,
            computed,
            layout,
        })
    }

    fn check_examples(&self, examples: &[Example], problems: &mut Vec<DefinitionProblem>) {
        for (n, example) in examples.iter().enumerate() {
            let found = self.evaluate(&example.answers, example.on.unwrap_or(EXAMPLE_DAY));
            let found: BTreeSet<ExampleError> =
                found.problems.into_iter().map(ExampleError::from).collect();
            let expected: BTreeSet<ExampleError> = example.errors.iter().cloned().collect();
            if found != expected || example.valid != found.is_empty() {
                let expected = if example.valid {
                    "valid".to_owned()
                } else {
                    list(&expected)
                };
                let name = &example.name;
                let message = format!("{name}: expected {expected}, found {}", list(&found));
                let pointer = format!("/{n}");
                let code = "unexpected_result";
                problems.push(DefinitionProblem::new(
                    File::Examples,
                    &pointer,
                    code,
                    message,
                ));
            }
        }
    }
}

fn compile_schema(schema: &Value) -> Result<Validator, DefinitionProblem> {
    schema_options().build(schema).map_err(|error| {
        let pointer = error.instance_path().as_str();
        DefinitionProblem::new(File::Schema, pointer, "invalid_schema", error.to_string())
    })
}

fn list(errors: &BTreeSet<ExampleError>) -> String {
    let errors = errors.iter().map(|e| format!("{} {:?}", e.pointer, e.code));
    format!("[{}]", errors.collect::<Vec<_>>().join(", "))
}
