//! The catalogue as files: `departments.json`, `finder.json`, `life-events/` and `procedures/<code>/`, brought into
//! the database.
//!
//! A published version never changes: importing the same files again changes nothing, and files that
//! differ from what was published under their number are refused.

mod question_sets;

use std::fs;
use std::path::{Path, PathBuf};

use auth::organisation::Department;
use chrono::{DateTime, NaiveDate, Utc};
use diesel_async::AsyncConnection as _;
use documents::letter::Press;
use platform::{AsyncPgConnection, Error, Result};
use serde::de::DeserializeOwned;

use crate::accepting;
use crate::check;
use crate::definition::{DefinitionProblem, FormDefinition};
use crate::finder::Words;
use crate::model::{Description, ProcedureId, ProcedureKind};
use crate::publish::{self, Publication};
use crate::question_set::{QuestionSetDefinition, QuestionSetProblem};
use crate::store::{self, ProcedureRow};

/// A catalogue that has been read and checked.
#[derive(Debug)]
pub struct Catalogue {
    /// The departments that own procedures.
    pub departments: Vec<Department>,
    words: Words,
    pub(crate) question_sets: Vec<QuestionSetDefinition>,
    procedures: Vec<ProcedureFiles>,
}

#[derive(Debug)]
struct ProcedureFiles {
    description: Description,
    versions: Vec<(i32, FormDefinition)>,
}

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

impl Catalogue {
    /// Reads and checks a folder.
    ///
    /// # Errors
    /// Names the file and what is wrong with it.
    pub fn read(folder: &Path) -> Result<Self, CatalogueError> {
        let mut procedures = Vec::new();
        for path in subfolders(&folder.join("procedures"))? {
            procedures.push(ProcedureFiles::read(&path)?);
        }
        let words = read_words(&folder.join("finder.json"), &procedures)?;
        Ok(Self {
            departments: read_json(&folder.join("departments.json"))?,
            question_sets: question_sets::read(folder, &words, &procedures)?,
            words,
            procedures,
        })
    }

    /// Tries the letters that versions bring with them.
    ///
    /// # Errors
    /// Names the version and the lines at fault.
    pub fn check_letters(&self, press: &Press) -> Result<(), CatalogueError> {
        for procedure in &self.procedures {
            for (number, definition) in &procedure.versions {
                let problems = check::letter_problems(press, definition)?;
                if !problems.is_empty() {
                    return Err(CatalogueError::Letter {
                        procedure: procedure.description.code.clone(),
                        number: *number,
                        problems,
                    });
                }
            }
        }
        Ok(())
    }

    /// The offices that decide: code of the procedure, office.
    pub fn deciding_offices(&self) -> impl Iterator<Item = (&str, &str)> {
        let described = self.procedures.iter().map(|files| &files.description);
        described
            .filter(|described| described.kind != ProcedureKind::Notification)
            .map(|described| (described.code.as_str(), described.deciding_office()))
    }

    /// Brings the catalogue into the database, all of it or nothing; answers how many versions are new.
    ///
    /// # Errors
    /// [`CatalogueError::Published`] when a version differs from what was published under its number.
    pub async fn import(
        &self,
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
    ) -> Result<usize, CatalogueError> {
        conn.transaction(async |conn| {
            auth::organisation::import_departments(conn, &self.departments, now).await?;
            store::save_words(conn, &self.words).await?;
            store::save_question_sets(conn, &self.question_sets).await?;
            let mut published = 0;
            for procedure in &self.procedures {
                published += procedure.import(conn, now).await?;
            }
            Ok(published)
        })
        .await
    }
}

impl ProcedureFiles {
    fn read(folder: &Path) -> Result<Self, CatalogueError> {
        let description: Description = read_json(&folder.join("procedure.json"))?;
        if folder.file_name().and_then(|name| name.to_str()) != Some(&description.code) {
            return Err(CatalogueError::WrongCode(folder.to_owned()));
        }
        let mut versions = Vec::new();
        for path in subfolders(folder)? {
            let definition = read_version(&path)?;
            let checked = definition.check(description.kind);
            checked.map_err(|problems| CatalogueError::Definition {
                path: path.clone(),
                problems,
            })?;
            versions.push((version_number(&path)?, definition));
        }
        versions.sort_by_key(|(number, _)| *number);
        Ok(Self {
            description,
            versions,
        })
    }

    async fn import(
        &self,
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
    ) -> Result<usize, CatalogueError> {
        let described = &self.description;
        let code = described.owner_department.as_str();
        let known = auth::departments::by_codes(conn, [code].into_iter()).await?;
        let department = known.get(code).filter(|known| known.lasts(None));
        let department = department.ok_or_else(|| CatalogueError::UnknownDepartment {
            procedure: described.code.clone(),
            department: code.to_owned(),
        })?;
        let row = ProcedureRow {
            id: ProcedureId::new(now),
            code: described.code.clone(),
            kind: described.kind,
            department_id: department.id,
            description: serde_json::to_value(described).map_err(Error::from)?,
            accepts_digital_from: described.accepts_digital_from,
        };
        let id = store::upsert_procedure(conn, &row).await?;
        tell_kpi(conn, id, described, calendar::jst_date(now)).await?;
        // Between versions that come together nobody began a draft.
        let has_drafts = !store::list_versions(conn, id).await?.is_empty();
        let mut published = 0;
        for (number, definition) in &self.versions {
            let publication = Publication {
                procedure: (id, &described.code),
                number: *number,
                definition,
                has_drafts,
                in_force_from: now,
                actor: audit::Actor::System,
                request: None,
                now,
            };
            published += usize::from(publish(conn, &publication).await?);
        }
        accepting::tell_kpi(conn, id).await?;
        Ok(published)
    }
}

/// The figures must know what a procedure is called and whose it is.
async fn tell_kpi(
    conn: &mut AsyncPgConnection,
    id: ProcedureId,
    described: &Description,
    today: NaiveDate,
) -> Result<()> {
    let told = kpi::procedures::Described {
        procedure_id: id.as_uuid(),
        code: described.code.clone(),
        name: serde_json::to_value(&described.name)?,
        department_code: described.owner_department.clone(),
        in_scope: described.kpi_scope,
    };
    kpi::procedures::upsert(conn, told, today).await
}

/// `false` when the same content is published already.
async fn publish(
    conn: &mut AsyncPgConnection,
    publication: &Publication<'_>,
) -> Result<bool, CatalogueError> {
    let (procedure, code) = publication.procedure;
    let number = publication.number;
    let sha256 = publish::sha256(publication.definition)?;
    match store::version_hash(conn, procedure, number).await? {
        Some(known) if known == sha256 => return Ok(false),
        Some(_) => {
            return Err(CatalogueError::Published {
                procedure: code.to_owned(),
                number,
            });
        }
        None => {}
    }
    publication.publish(conn).await?;
    Ok(true)
}

fn read_words(path: &Path, procedures: &[ProcedureFiles]) -> Result<Words, CatalogueError> {
    let words: Words = read_json(path)?;
    let is_there = |code: &String| {
        let mut procedures = procedures.iter();
        procedures.any(|procedure| procedure.description.code == *code)
    };
    for event in &words.life_events {
        if let Some(missing) = event.procedures.iter().find(|code| !is_there(code)) {
            return Err(CatalogueError::UnknownProcedure {
                event: event.code.clone(),
                procedure: missing.clone(),
            });
        }
    }
    Ok(words)
}

fn read_version(folder: &Path) -> Result<FormDefinition, CatalogueError> {
    Ok(FormDefinition {
        schema: read_json(&folder.join("schema.json"))?,
        ui_schema: read_json(&folder.join("ui_schema.json"))?,
        texts: read_json(&folder.join("texts.json"))?,
        policy: read_json(&folder.join("policy.json"))?,
        examples: read_json(&folder.join("examples.json"))?,
        letter: read_optional(&folder.join("letter.typ"))?,
    })
}

/// `v3` is version 3.
fn version_number(folder: &Path) -> Result<i32, CatalogueError> {
    folder
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.strip_prefix('v')?.parse().ok())
        .ok_or_else(|| CatalogueError::WrongCode(folder.to_owned()))
}

fn subfolders(folder: &Path) -> Result<Vec<PathBuf>, CatalogueError> {
    let io = |source| CatalogueError::Io {
        path: folder.to_owned(),
        source,
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn read_optional(path: &Path) -> Result<Option<String>, CatalogueError> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(|source| CatalogueError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, CatalogueError> {
    let text = fs::read(path).map_err(|source| CatalogueError::Io {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|source| CatalogueError::Json {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;
