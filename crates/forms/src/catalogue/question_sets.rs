//! `life-events/<code>.json`: the question sets.

use std::fs;
use std::path::{Path, PathBuf};

use super::{CatalogueError, ProcedureFiles, read_json};
use crate::finder::Words;
use crate::question_set::{self, KnownForms, QuestionSetDefinition};

/// Reads and checks the sets of a catalogue; one without the folder has none.
///
/// # Errors
/// Names the file and everything that is wrong with it.
pub(super) fn read(
    folder: &Path,
    words: &Words,
    procedures: &[ProcedureFiles],
) -> Result<Vec<QuestionSetDefinition>, CatalogueError> {
    let forms = newest_forms(procedures);
    let paths = files(&folder.join("life-events"))?;
    paths
        .iter()
        .map(|path| read_set(path, words, &forms))
        .collect()
}

fn read_set(
    path: &Path,
    words: &Words,
    forms: &KnownForms<'_>,
) -> Result<QuestionSetDefinition, CatalogueError> {
    let set: QuestionSetDefinition = read_json(path)?;
    if path.file_stem().and_then(|name| name.to_str()) != Some(&set.life_event) {
        return Err(CatalogueError::WrongCode(path.to_owned()));
    }
    let mut events = words.life_events.iter();
    if !events.any(|event| event.code == set.life_event) {
        return Err(CatalogueError::UnknownLifeEvent(path.to_owned()));
    }
    let problems = question_set::check(&set, forms);
    if problems.is_empty() {
        Ok(set)
    } else {
        Err(CatalogueError::QuestionSet {
            path: path.to_owned(),
            problems,
        })
    }
}

fn newest_forms(procedures: &[ProcedureFiles]) -> KnownForms<'_> {
    let newest = procedures.iter().map(|procedure| {
        let newest = procedure.versions.last().map(|(_, definition)| definition);
        (procedure.description.code.as_str(), newest)
    });
    newest.collect()
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, CatalogueError> {
    let io = |source| CatalogueError::Io {
        path: folder.to_owned(),
        source,
    };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(io)?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<_> = paths.collect::<Result<_, _>>().map_err(io)?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    paths.sort();
    Ok(paths)
}
