//! What differs between two versions, as administrators read it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::FormVersionId;
use crate::comparison::{Change, Comparison, Verdict};
use crate::definition::File;

/// Changes told at one time, the gravest first.
const MOST_CHANGES: usize = 1_000;

/// With which version to compare.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ComparisonQuery {
    /// The newer version; absent: the newest of the procedure.
    #[param(value_type = Option<uuid::Uuid>, example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) with: Option<FormVersionId>,
}

/// What differs between two versions, and what that means for drafts on the older one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comparison)]
pub(crate) struct ComparisonView {
    /// The gravest of all.
    pub(crate) verdict: Verdict,
    /// How many differences there are.
    #[schema(minimum = 0, example = 1)]
    pub(crate) total: usize,
    /// The gravest first.
    #[schema(max_items = 1000)]
    pub(crate) changes: Vec<ChangeView>,
}

/// One difference between two versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinitionChange)]
pub(crate) struct ChangeView {
    /// The part it is in.
    pub(crate) file: File,
    /// JSON Pointer into that part of the newer version; of the older one for what was removed.
    #[schema(max_length = 2000, example = "/properties/owner/maxLength")]
    pub(crate) pointer: String,
    /// What is different, for programs.
    #[schema(max_length = 60, example = "limit_tightened")]
    pub(crate) code: String,
    /// What it means for answers given on the older version.
    pub(crate) verdict: Verdict,
    /// JSON Pointer of the answer it is about, without list numbers; absent when it is about none.
    #[schema(max_length = 2000, example = "/owner")]
    pub(crate) field: Option<String>,
    /// In plain Japanese.
    #[schema(
        max_length = 500,
        example = "「所有者」に入力できる範囲が狭くなりました。"
    )]
    pub(crate) message: String,
}

impl From<&Comparison> for ComparisonView {
    fn from(comparison: &Comparison) -> Self {
        let changes = &comparison.changes;
        Self {
            verdict: comparison.verdict,
            total: changes.len(),
            changes: changes
                .iter()
                .take(MOST_CHANGES)
                .map(ChangeView::from)
                .collect(),
        }
    }
}

impl From<&Change> for ChangeView {
    fn from(change: &Change) -> Self {
        let field = change.field.as_deref();
        Self {
            file: change.file,
            pointer: change.pointer.clone(),
            code: change.code.to_owned(),
            verdict: change.verdict,
            field: field.map(|field| field.chars().take(2_000).collect()),
            message: change.message.clone(),
        }
    }
}
