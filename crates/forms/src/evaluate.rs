//! What a form says of answers: which are asked at all, and what is wrong with the others.

use chrono::NaiveDate;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use platform::individual_number;
use platform::pointer;
use platform::problem::{FieldError, Messages};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::definition::{CompiledForm, ExampleError, Localized};

mod message;
mod pages;
mod shown;
#[cfg(test)]
mod tests;

pub(crate) use message::code_of;

platform::text_enum! {
    /// What is wrong with an answer.
    AnswerCode {
        /// It is missing.
        Required = "required",
        /// It is of another JSON type.
        WrongType = "wrong_type",
        /// It is none of the choices.
        NotInList = "not_in_list",
        /// It is not written as asked.
        WrongFormat = "wrong_format",
        /// It has too few characters.
        TooShort = "too_short",
        /// It has too many characters.
        TooLong = "too_long",
        /// It has too few items.
        TooFew = "too_few",
        /// It has too many items.
        TooMany = "too_many",
        /// The number is too small.
        TooSmall = "too_small",
        /// The number is too large.
        TooLarge = "too_large",
        /// The form does not ask for it.
        UnknownField = "unknown_field",
        /// It holds what looks like an 個人番号, which nobody asks for.
        IndividualNumber = "individual_number",
        /// It breaks another rule of the form.
        Invalid = "invalid",
    }
}

/// Something the resident has to put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AnswerProblem {
    /// JSON Pointer of the answer, also of one that is missing.
    #[schema(max_length = 500, example = "/dog_name")]
    pub pointer: String,
    /// What is wrong, for programs.
    pub code: AnswerCode,
    /// What to do, in plain Japanese.
    #[schema(max_length = 1000, example = "「犬の名前」を入力してください。")]
    pub message: String,
    /// What to do, in each language of the portal. The answer itself is never quoted.
    pub messages: Messages,
}

impl AnswerProblem {
    fn new(pointer: String, code: AnswerCode, messages: Messages) -> Self {
        Self {
            pointer,
            code,
            message: messages.ja.clone(),
            messages,
        }
    }
}

impl AnswerProblem {
    /// The same as an error of a request whose member `answers` holds the answer.
    pub fn in_request(self) -> FieldError {
        FieldError {
            pointer: format!("/answers{}", self.pointer),
            ..self.into()
        }
    }
}

impl From<AnswerProblem> for FieldError {
    fn from(problem: AnswerProblem) -> Self {
        Self {
            pointer: problem.pointer,
            code: problem.code.as_str().to_owned(),
            message: problem.message,
            messages: Some(problem.messages),
        }
    }
}

impl From<AnswerProblem> for ExampleError {
    fn from(problem: AnswerProblem) -> Self {
        Self {
            pointer: problem.pointer,
            code: problem.code,
        }
    }
}

/// The result of evaluating answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The answers exactly as sent, without those of hidden fields.
    pub answers: Map<String, Value>,
    /// JSON Pointers of the fields these answers hide.
    pub hidden: Vec<String>,
    /// JSON Pointers of the fields that are shown and take no other answer now.
    pub disabled: Vec<String>,
    /// What is wrong, in the order the form asks.
    pub problems: Vec<AnswerProblem>,
}

impl Evaluation {
    /// Whether the answers can be filed.
    pub fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Problems told at one time; a hundred thousand help nobody.
pub(crate) const MOST_PROBLEMS: usize = 1_000;

impl CompiledForm {
    /// The label of the field at the pointer, if the form shows one.
    pub fn label(&self, pointer: &str) -> Option<&Localized> {
        self.labels.get(&without_numbers(pointer))
    }

    /// Whether the form has a field at the pointer: a property, or one inside a list's entry.
    pub fn has_field(&self, pointer: &str) -> bool {
        let place = without_numbers(pointer);
        self.properties.contains(&place) || self.labels.contains_key(&place)
    }

    /// Evaluates complete answers: drops those of hidden fields and checks the others.
    ///
    /// A hidden answer counts as not given for the rules that read it; a browser that has only
    /// hidden the input still shows what depends on it until it drops the answer too. What the form
    /// computes takes the place of whatever was answered there; `today` is the day the answers are
    /// given for, in Asia/Tokyo.
    pub fn evaluate(&self, answers: &Map<String, Value>, today: NaiveDate) -> Evaluation {
        let (answers, hidden) = self.settle(answers, today);
        let disabled = self.disabled_by(&answers);
        let mut problems = self.problems(&answers, &hidden);
        self.find_individual_numbers(&answers, "", &mut problems);
        problems.sort_by_cached_key(|p| (self.order(&p.pointer), p.code));
        problems.dedup_by(|a, b| a.pointer == b.pointer && a.code == b.code);
        let answers = match answers {
            Value::Object(answers) => answers,
            _ => Map::new(),
        };
        Evaluation {
            answers,
            hidden,
            disabled,
            problems,
        }
    }

    /// JSON Pointers of the fields that are shown and take no other answer now.
    pub fn disabled(&self, answers: &Map<String, Value>, today: NaiveDate) -> Vec<String> {
        self.disabled_by(&self.settle(answers, today).0)
    }

    /// The same without those that a change of the given fields may enable.
    pub fn locked(
        &self,
        answers: &Map<String, Value>,
        today: NaiveDate,
        changing: &[&str],
    ) -> Vec<String> {
        let mut locked = self.disabled(answers, today);
        locked.retain(|field| !self.may_be_enabled_by(field, changing));
        locked
    }

    /// Whether the form computes the answer at the pointer.
    pub fn computes(&self, pointer: &str) -> bool {
        self.computed.iter().any(|c| c.pointer() == pointer)
    }

    /// All answers, those of hidden fields too, with what the form computes now.
    pub fn with_computed(
        &self,
        answers: &Map<String, Value>,
        today: NaiveDate,
    ) -> Map<String, Value> {
        let (shown, _) = self.settle(answers, today);
        let is_computed = |name: &str| self.computes(&format!("/{name}"));
        let mut all = answers.clone();
        all.retain(|name, _| !is_computed(name));
        let shown = shown.as_object().into_iter().flatten();
        let computed = shown.filter(|(name, _)| is_computed(name));
        all.extend(computed.map(|(name, value)| (name.clone(), value.clone())));
        all
    }

    /// Evaluates answers still being given: what is missing is not yet a problem.
    pub fn evaluate_partial(&self, answers: &Map<String, Value>, today: NaiveDate) -> Evaluation {
        let mut evaluation = self.evaluate(answers, today);
        let is_missing = |code| matches!(code, AnswerCode::Required | AnswerCode::TooFew);
        evaluation
            .problems
            .retain(|problem| !is_missing(problem.code));
        evaluation
    }

    fn problems(&self, answers: &Value, hidden: &[String]) -> Vec<AnswerProblem> {
        let mut problems = Vec::new();
        for error in self.validator.iter_errors(answers).take(MOST_PROBLEMS) {
            let asked = pointers_of(&error).into_iter();
            let is_required = matches!(error.kind(), Kind::Required { .. });
            for pointer in asked.filter(|pointer| !hidden.contains(pointer)) {
                // It lacks what it is computed from, and that is what the resident can give.
                if is_required && self.computes(&pointer) {
                    continue;
                }
                problems.push(self.problem(pointer, error.kind()));
            }
        }
        problems
    }

    /// The answers that hold what looks like an 個人番号, where any text may be written.
    pub fn individual_numbers(&self, answers: &Map<String, Value>) -> Vec<AnswerProblem> {
        let mut found = Vec::new();
        for (name, answer) in answers {
            self.find_individual_numbers(answer, &format!("/{name}"), &mut found);
        }
        found
    }

    /// Where any text may be written, some write their 個人番号.
    fn find_individual_numbers(&self, answer: &Value, at: &str, found: &mut Vec<AnswerProblem>) {
        if found.len() >= MOST_PROBLEMS {
            return;
        }
        match answer {
            Value::Object(members) => {
                for (name, member) in members {
                    self.find_individual_numbers(member, &format!("{at}/{name}"), found);
                }
            }
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    self.find_individual_numbers(item, &format!("{at}/{n}"), found);
                }
            }
            Value::String(text)
                if self.free_texts.contains(&without_numbers(at))
                    && individual_number::looks_like_one(text) =>
            {
                let messages = message::of_individual_number(self.labels.get(&without_numbers(at)));
                let code = AnswerCode::IndividualNumber;
                found.push(AnswerProblem::new(at.to_owned(), code, messages));
            }
            _ => {}
        }
    }

    fn problem(&self, pointer: String, kind: &Kind) -> AnswerProblem {
        let label = self.labels.get(&without_numbers(&pointer));
        let (code, messages) = message::describe(kind, label);
        AnswerProblem::new(pointer, code, messages)
    }

    /// First the place of the control, then the pointer with its list numbers counted as numbers.
    fn order(&self, pointer: &str) -> (usize, Vec<(u64, String)>) {
        let segments = pointer.split('/');
        let segments = segments.map(|s| (s.parse().unwrap_or_default(), s.to_owned()));
        (self.layout.place_of(pointer), segments.collect())
    }
}

/// Where the resident has to act: a missing or unknown property is reported at its own place.
fn pointers_of(error: &ValidationError<'_>) -> Vec<String> {
    let parent = error.instance_path().as_str();
    let child = |name: &str| pointer::child(parent, name);
    match error.kind() {
        Kind::Required { property } => property.as_str().map(child).into_iter().collect(),
        Kind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|name| child(name)).collect()
        }
        _ => vec![parent.to_owned()],
    }
}

/// `/children/0/name` → `/children/name`, the pointer of the property.
pub(crate) fn without_numbers(pointer: &str) -> String {
    let is_number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let names: Vec<&str> = pointer.split('/').filter(|s| !is_number(s)).collect();
    names.join("/")
}
