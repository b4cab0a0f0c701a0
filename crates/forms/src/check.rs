//! All that keeps a definition from being published, its letter included.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::web;
use auth::DepartmentId;
use documents::letter::{Press, sample};
use platform::problem::FieldError;
use platform::{Error, Result};

use crate::definition::{DefinitionProblem, File, FormDefinition};
use crate::evaluate::MOST_PROBLEMS;
use crate::model::ProcedureKind;

/// A definition that a procedure of the kind is to have.
pub(crate) struct Candidate {
    pub(crate) kind: ProcedureKind,
    pub(crate) definition: FormDefinition,
    /// Those that approval routes may ask, by code.
    pub(crate) departments: HashMap<String, DepartmentId>,
}

/// Everything found wrong, on a thread where it may take its time.
///
/// # Errors
/// When there is no such thread.
pub(crate) async fn problems(
    press: Arc<Press>,
    candidate: Candidate,
) -> Result<Vec<DefinitionProblem>> {
    let Candidate {
        kind,
        definition,
        departments,
    } = candidate;
    let check = move || {
        let mut problems = definition.check(kind).err().unwrap_or_default();
        problems.extend(definition.policy.unknown_departments(&departments));
        problems.extend(letter_problems(&press, &definition)?);
        problems.truncate(MOST_PROBLEMS);
        Ok(problems)
    };
    web::block(check).await.map_err(Error::internal)?
}

/// What is wrong with the letter that the definition brings, if it brings one. One that cannot be printed would be
/// noticed when somebody waits for it: the fullest and the barest are tried.
///
/// # Errors
/// When there is nothing to try it on.
pub(crate) fn letter_problems(
    press: &Press,
    definition: &FormDefinition,
) -> Result<Vec<DefinitionProblem>> {
    let Some(template) = &definition.letter else {
        return Ok(Vec::new());
    };
    let name = "見本 花子";
    let mut lines = Vec::new();
    for sample in [sample::full(name)?, sample::bare(name)?] {
        if let Err(error) = press.check(template, &sample) {
            lines.extend(error.0);
        }
    }
    lines.sort();
    lines.dedup();
    let problem = |line| DefinitionProblem::new(File::Letter, "", "unprintable_letter", line);
    Ok(lines.into_iter().map(problem).collect())
}

/// The problems as the 422 of an attempt to publish; pointers lead into the definition.
pub(crate) fn refused(problems: Vec<DefinitionProblem>) -> Error {
    let field =
        |problem: DefinitionProblem| FieldError::new(problem.place(), problem.code, problem.told());
    Error::validation(
        problems
            .into_iter()
            .take(MOST_PROBLEMS)
            .map(field)
            .collect(),
    )
    .detail("様式の定義に誤りがあるため、公開できません。")
}
