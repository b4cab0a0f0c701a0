//! What a city writes: the questions of a life event and what their answers mean for each procedure.

use calendar::ProcessingPeriod;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::definition::Localized;

platform::text_enum! {
    /// Whether somebody has to see to a procedure.
    Necessity {
        /// It has to be done, or there is a right to it.
        Needed = "needed",
        /// It depends on what nobody asked here; the reason says on what.
        Perhaps = "perhaps",
        /// There is nothing to do.
        NotNeeded = "not_needed",
    }
}

/// `life-events/<code>.json`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionSetDefinition {
    /// Code of the life event, as in `finder.json`.
    pub(crate) life_event: String,
    /// In the order they are asked.
    pub(crate) questions: Vec<Question>,
    /// In the order they are told.
    pub(crate) procedures: Vec<ProcedureRules>,
}

/// Something to ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// Stable code, the name of its answer.
    pub(crate) code: String,
    /// The question.
    pub(crate) text: Localized,
    /// What helps to answer it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<Localized>,
    /// What an answer is.
    pub(crate) answer: AnswerKind,
    /// Whether it may be left out.
    #[serde(default)]
    pub(crate) optional: bool,
    /// The rule of JSON Forms that shows or hides it, by questions before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<Value>,
}

impl Question {
    /// Whether rules and outcomes may depend on it.
    pub(crate) fn can_decide(&self) -> bool {
        let has_few_answers = match self.answer {
            AnswerKind::YesNo {} | AnswerKind::OneOf { .. } | AnswerKind::Number { .. } => true,
            AnswerKind::Date {} | AnswerKind::Text { .. } => false,
        };
        has_few_answers && !self.optional
    }
}

/// What an answer is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum AnswerKind {
    /// `"yes"` or `"no"`.
    YesNo {},
    /// The code of one of the choices.
    OneOf {
        /// At least two.
        choices: Vec<Choice>,
    },
    /// A whole number.
    Number {
        /// The smallest.
        minimum: i64,
        /// The largest.
        maximum: i64,
    },
    /// A day, `YYYY-MM-DD`.
    Date {},
    /// A text of one's own, to be shared between drafts.
    Text {
        /// In code points.
        max_length: u16,
    },
}

/// One of several answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    /// Stable code.
    pub(crate) code: String,
    /// What it says.
    pub(crate) text: Localized,
}

/// What the answers mean for a procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcedureRules {
    /// Code of the procedure.
    pub(crate) procedure: String,
    /// The first whose condition holds is the one; the last has none.
    pub(crate) cases: Vec<Case>,
    /// What a draft of it is begun with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) shared_answers: Vec<SharedAnswer>,
}

/// One outcome for a procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// A condition as in a rule of JSON Forms; absent: in all other cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) when: Option<Value>,
    /// What it comes to.
    pub(crate) necessity: Necessity,
    /// Why.
    pub(crate) reason: Localized,
    /// Until when, where law says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deadline: Option<DeadlineRule>,
}

/// A period that law sets, counted from an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeadlineRule {
    /// The question that is answered with the day from which it is counted: `arrival_day` of the period is that day.
    pub(crate) from: String,
    /// How it is counted.
    pub(crate) period: ProcessingPeriod,
    /// Law and article.
    pub(crate) legal_basis: String,
}

/// Where in a procedure's form an answer goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharedAnswer {
    /// Code of the question.
    pub(crate) question: String,
    /// JSON Pointer of the answer in the form.
    pub(crate) field: String,
    /// What each answer becomes there, those not named becoming nothing; absent: what it is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) values: Option<Map<String, Value>>,
}

impl SharedAnswer {
    /// What the answer becomes in the form.
    pub(crate) fn translate(&self, answer: &Value) -> Option<Value> {
        match &self.values {
            None => Some(answer.clone()),
            Some(values) => values.get(answer.as_str()?).cloned(),
        }
    }
}

impl QuestionSetDefinition {
    /// The question with the code.
    pub(crate) fn question(&self, code: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.code == code)
    }

    /// The rules of the procedure.
    pub(crate) fn rules_of(&self, procedure: &str) -> Option<&ProcedureRules> {
        let mut procedures = self.procedures.iter();
        procedures.find(|rules| rules.procedure == procedure)
    }
}
