use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

/// What id tokens and userinfo say of people beside who they are, such as `groups`; clones share it.
#[derive(Clone, Default)]
pub struct ExtraClaims(Arc<Mutex<HashMap<String, Map<String, Value>>>>);

impl ExtraClaims {
    /// Says this of the person with the login from now on, and nothing else.
    pub fn set(&self, login: &str, claims: Map<String, Value>) {
        self.people().insert(login.to_owned(), claims);
    }

    pub(super) fn of(&self, login: &str) -> Map<String, Value> {
        self.people().get(login).cloned().unwrap_or_default()
    }

    fn people(&self) -> MutexGuard<'_, HashMap<String, Map<String, Value>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
