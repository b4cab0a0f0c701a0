//! What the catalogue tells about a procedure.

use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::ProcedureKind;
use crate::definition::{Localized, Policy};

/// A document to bring or attach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequiredDocument {
    /// What it is.
    #[validate(nested)]
    pub name: Localized,
    /// When it is needed; absent: always.
    #[validate(nested)]
    pub condition: Option<Localized>,
    /// The fields of the form to which it is attached, as JSON Pointers; none: it is brought or sent to the counter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[validate(length(max = 10), custom(function = are_pointers))]
    #[schema(max_items = 10, example = json!(["/agent_mandate"]))]
    pub fields: Vec<String>,
}

/// `procedure.json`: what the catalogue tells about a procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Stable code, used in addresses: small letters, digits and hyphens.
    #[validate(custom(function = is_code))]
    #[schema(max_length = 60, example = "dog-registration-change")]
    pub code: String,
    /// What becomes of what is filed.
    pub kind: ProcedureKind,
    /// Name, at most 100 characters.
    #[validate(nested, custom(function = is_name))]
    pub name: Localized,
    /// What it is for, in two or three sentences.
    #[validate(nested)]
    pub summary: Localized,
    /// Code of the department (課) in charge.
    #[validate(length(max = 60))]
    #[schema(max_length = 60, example = "environment")]
    pub owner_department: String,
    /// 処分庁: the office that decides and whose letter it is, such as 教育委員会; absent: 市長.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "市長")]
    pub decided_by: Option<String>,
    /// Law or ordinance, with article.
    #[validate(length(min = 1, max = 300))]
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "狂犬病予防法（昭和25年法律第247号）第4条第4項及び第5項"
    )]
    pub legal_basis: String,
    /// Who may apply.
    #[validate(nested)]
    pub who_may_apply: Localized,
    /// In which period to apply.
    #[validate(nested)]
    pub when_to_apply: Localized,
    /// What to have at hand.
    #[validate(length(max = 50), nested)]
    #[schema(max_items = 50)]
    pub documents_required: Vec<RequiredDocument>,
    /// What it costs, in yen.
    #[schema(example = 0)]
    pub fee_yen: u32,
    /// Whom to ask.
    #[validate(nested)]
    pub contact: Localized,
    /// Words people search for, at most 50 characters each.
    #[validate(length(max = 100), custom(function = are_words))]
    #[schema(max_items = 100, example = json!(["犬", "いぬ"]))]
    pub keywords: Vec<String>,
    /// Years that files are kept, from the 1 April after the fiscal year of completion.
    #[validate(range(min = 1))]
    #[schema(minimum = 1, example = 5)]
    pub retention_years: u8,
    /// The day from which digital applications are accepted; absent: not digital yet.
    #[validate(custom(function = in_this_century))]
    #[schema(value_type = Option<NaiveDate>, example = "2026-04-01")]
    pub accepts_digital_from: Option<NaiveDate>,
    /// Whether Strategy 1 counts it.
    #[schema(example = true)]
    pub kpi_scope: bool,
}

impl Description {
    /// 処分庁: the office that decides and whose letter it is.
    pub fn deciding_office(&self) -> &str {
        self.decided_by.as_deref().unwrap_or("市長")
    }

    /// The same as the version in force has it: what is versioned with the form takes the place of what the catalogue tells.
    pub(crate) fn under(mut self, policy: Option<&Policy>) -> Self {
        if let Some(policy) = policy {
            self.fee_yen = policy.fee_yen;
            self.who_may_apply.clone_from(&policy.eligibility);
            if let Some(documents) = &policy.documents_required {
                self.documents_required.clone_from(documents);
            }
        }
        self
    }
}

/// What became of a description, or would become of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DescribedProcedure {
    /// The description, as `procedure.json` has it.
    pub(crate) procedure: Description,
    /// What is different from the one before.
    #[schema(max_items = 1000)]
    pub(crate) changes: Vec<DescriptionChange>,
}

/// One value of a description that is different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct DescriptionChange {
    /// JSON Pointer into the description.
    #[schema(max_length = 200, example = "/fee_yen")]
    pub(crate) pointer: String,
    /// What stood there, a number or truth as its JSON; absent when nothing did.
    #[schema(max_length = 4000, example = "300")]
    pub(crate) before: Option<String>,
    /// What stands there now; absent when nothing does.
    #[schema(max_length = 4000, example = "500")]
    pub(crate) after: Option<String>,
}

fn is_code(code: &str) -> Result<(), ValidationError> {
    let letters = code.bytes();
    let spelt = letters
        .clone()
        .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-');
    let begins = letters.clone().next().is_some_and(|first| first != b'-');
    good(spelt && begins && letters.len() <= 60, "wrong_format")
}

/// It stands in the titles of messages, which are bounded.
fn is_name(name: &Localized) -> Result<(), ValidationError> {
    let mut texts = name.by_language().into_iter();
    good(texts.all(|(_, text)| text.chars().count() <= 100), "length")
}

fn are_words(words: &[String]) -> Result<(), ValidationError> {
    let mut lengths = words.iter().map(|word| word.chars().count());
    good(lengths.all(|length| (1..=50).contains(&length)), "length")
}

fn are_pointers(pointers: &[String]) -> Result<(), ValidationError> {
    let mut lengths = pointers.iter().map(|pointer| pointer.chars().count());
    good(lengths.all(|length| length <= 200), "length")
}

/// Other days are slips of the pen.
fn in_this_century(day: &NaiveDate) -> Result<(), ValidationError> {
    good((2000..2100).contains(&day.year()), "out_of_range")
}

fn good(is_good: bool, otherwise: &'static str) -> Result<(), ValidationError> {
    match is_good {
        true => Ok(()),
        false => Err(ValidationError::new(otherwise)),
    }
}
