//! Why a catalogue cannot be read or imported.

use std::path::PathBuf;

use platform::Error;
use platform::problem::FieldError;

use crate::definition::DefinitionProblem;
use crate::question_set::QuestionSetProblem;

/// Why a catalogue cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file or folder cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file does not have its form.
    #[error("{}: {source}", path.display())]
    Json {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The code in `procedure.json` is not the folder's name.
    #[error("{}: the code must be the name of the folder", .0.display())]
    WrongCode(PathBuf),
    /// The parts of a version do not fit together.
    #[error("{}: {}", path.display(), list(problems))]
    Definition {
        /// The version's folder.
        path: PathBuf,
        /// Everything found.
        problems: Vec<DefinitionProblem>,
    },
    /// A version's letter cannot be printed.
    #[error("the letter of {procedure} version {number}: {}", list(problems))]
    Letter {
        /// Code of the procedure.
        procedure: String,
        /// The version's number.
        number: i32,
        /// Everything found.
        problems: Vec<DefinitionProblem>,
    },
    /// A version's approval route asks departments that are not there.
    #[error(
        "the approval route of {procedure} version {number}: {}",
        list(problems)
    )]
    Route {
        /// Code of the procedure.
        procedure: String,
        /// The version's number.
        number: i32,
        /// Everything found.
        problems: Vec<DefinitionProblem>,
    },
    /// The number was published with another content.
    #[error("{procedure} version {number} is published and differs: give the change a new number")]
    Published {
        /// Code of the procedure.
        procedure: String,
        /// The version's number.
        number: i32,
    },
    /// A version would take the place of a later one.
    #[error("{procedure} version {number}: a later version is published already")]
    Overtaken {
        /// Code of the procedure.
        procedure: String,
        /// The version's number.
        number: i32,
    },
    /// A version would be in force at once, before one that is scheduled already.
    #[error(
        "{procedure} version {number}: another version is waiting for its day, retire that one first"
    )]
    Scheduled {
        /// Code of the procedure.
        procedure: String,
        /// The version's number.
        number: i32,
    },
    /// A life event brings a procedure that is not there.
    #[error("finder.json: {event}: there is no procedure {procedure}")]
    UnknownProcedure {
        /// Code of the life event.
        event: String,
        /// Code of the procedure.
        procedure: String,
    },
    /// A question set is about an event that `finder.json` does not have.
    #[error("{}: finder.json has no life event of the name", .0.display())]
    UnknownLifeEvent(PathBuf),
    /// The parts of a question set do not fit together.
    #[error("{}: {}", path.display(), list(problems))]
    QuestionSet {
        /// The file.
        path: PathBuf,
        /// Everything found.
        problems: Vec<QuestionSetProblem>,
    },
    /// What is told about a procedure cannot be taken over.
    #[error("{procedure}: {}", told(faults))]
    Description {
        /// Code of the procedure.
        procedure: String,
        /// Everything found, by its place in `procedure.json`.
        faults: Vec<FieldError>,
    },
    /// The database refused.
    #[error(transparent)]
    Database(#[from] Error),
}

impl From<diesel::result::Error> for CatalogueError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

fn list(problems: &[impl ToString]) -> String {
    let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
    lines.join("; ")
}

fn told(faults: &[FieldError]) -> String {
    let lines: Vec<_> = faults
        .iter()
        .map(|fault| format!("{}: {}: {}", fault.pointer, fault.code, fault.message))
        .collect();
    lines.join("; ")
}
