//! The catalogue as files: `departments.json`, `finder.json`, `life-events/` and `procedures/<code>/`, brought into
//! the database.
//!
//! A published version never changes: importing the same files again changes nothing, and files that
//! differ from what was published under their number are refused.

mod error;
mod files;
mod import;
mod question_sets;

use std::path::Path;

use auth::organisation::Department;
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use documents::letter::Press;
use platform::{AsyncPgConnection, Result};

use crate::check;
use crate::definition::FormDefinition;
use crate::finder::Words;
use crate::model::Description;
use crate::question_set::QuestionSetDefinition;
use crate::store;

use files::{read_json, read_optional, read_optional_json, subfolders, version_number};

pub use error::CatalogueError;

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
            let operator = (audit::Actor::System, None);
            auth::organisation::import_departments(conn, &self.departments, operator, now).await?;
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
        messages: read_optional_json(&folder.join("messages.json"))?,
    })
}

#[cfg(test)]
mod tests;
