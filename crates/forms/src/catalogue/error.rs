//! Why a catalogue cannot be read or imported.

use std::path::PathBuf;

use platform::Error;

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
    /// What becomes of filings would change under drafts and versions that were made for the other kind.
    #[error(
        "{procedure}: a procedure with published versions keeps its kind: another kind is another procedure"
    )]
    Kind {
        /// Code of the procedure.
        procedure: String,
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
    /// A procedure is another department's in the portal.
    #[error(
        "{procedure}: it belongs to {owner}; a reorganisation gives it to another department (POST /v1/reorganisations), then change owner_department"
    )]
    Owner {
        /// Code of the procedure.
        procedure: String,
        /// Code of the department that has it.
        owner: String,
    },
    /// A procedure is owned by a department that is not there, or not any more.
    #[error("{procedure}: there is no department {department}")]
    UnknownDepartment {
        /// Code of the procedure.
        procedure: String,
        /// Code of the department.
        department: String,
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
