//! Files and folders of a catalogue.

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::CatalogueError;

/// `v3` is version 3.
pub(super) fn version_number(folder: &Path) -> Result<i32, CatalogueError> {
    folder
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.strip_prefix('v')?.parse().ok())
        .ok_or_else(|| CatalogueError::WrongCode(folder.to_owned()))
}

pub(super) fn subfolders(folder: &Path) -> Result<Vec<PathBuf>, CatalogueError> {
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

pub(super) fn read_optional(path: &Path) -> Result<Option<String>, CatalogueError> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(|source| CatalogueError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

/// As [`read_json`]; what is not there is as if it said nothing.
pub(super) fn read_optional_json<T: DeserializeOwned + Default>(
    path: &Path,
) -> Result<T, CatalogueError> {
    match path.exists() {
        true => read_json(path),
        false => Ok(T::default()),
    }
}

pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, CatalogueError> {
    let text = fs::read(path).map_err(|source| CatalogueError::Io {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|source| CatalogueError::Json {
        path: path.to_owned(),
        source,
    })
}
