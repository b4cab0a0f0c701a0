//! The city's catalogue in a folder of a test's own.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::app::TestApp;
use crate::background::off_this_runtime;
use crate::case::files_in;
use crate::cluster::workspace;

/// A copy of the catalogue, to be changed and imported.
pub struct CatalogueCopy(TempDir);

impl CatalogueCopy {
    /// The catalogue as it is.
    #[expect(clippy::new_without_default, reason = "it copies files")]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&workspace().join("catalogue"), folder.path());
        Self(folder)
    }

    /// A file or folder in it.
    pub fn path(&self, place: &str) -> PathBuf {
        self.0.path().join(place)
    }

    /// Changes a file of JSON in it.
    pub fn change(&self, place: &str, change: impl FnOnce(&mut Value)) {
        let path = self.path(place);
        let mut content = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        change(&mut content);
        fs::write(path, content.to_string()).unwrap();
    }

    /// Adds a version of a procedure's form: the first one with its files changed.
    pub fn add_version(&self, procedure: &str, number: u8, change: impl FnOnce(&mut Value)) {
        let procedure = self.path("procedures").join(procedure);
        let mut files = files_in(&procedure.join("v1"));
        change(&mut files);
        let version = procedure.join(format!("v{number}"));
        fs::create_dir(&version).unwrap();
        for (name, content) in files.as_object().unwrap() {
            let content = match content {
                Value::String(text) => text.clone(),
                content => content.to_string(),
            };
            fs::write(version.join(name), content).unwrap();
        }
    }

    /// Brings it into the city's database, as the command does; answers how many versions are new.
    ///
    /// # Errors
    /// What the command says when it refuses.
    pub async fn import(&self, app: &TestApp) -> Result<usize, String> {
        let (services, folder) = (app.services.clone(), self.0.path().to_owned());
        off_this_runtime(async move {
            let mut conn = services.database.connection().await.unwrap();
            let now = services.clock.now();
            let imported = portal::import_catalogue(&mut conn, &services.press, &folder, now).await;
            imported.map_err(|error| error.to_string())
        })
        .await
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        if old.is_dir() {
            fs::create_dir(&new).unwrap();
            copy(&old, &new);
        } else {
            fs::copy(&old, &new).unwrap();
        }
    }
}
