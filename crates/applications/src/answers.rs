//! The sealed answers of an application.

use keys::Keys;
use platform::Result;
use serde_json::{Map, Value};

use crate::model::ApplicationId;

const COLUMN: &str = "applications.sealed_answers";

/// The answers, code point for code point as they were given.
pub(crate) fn open_answers(
    keys: &Keys,
    id: ApplicationId,
    sealed: &[u8],
) -> Result<Map<String, Value>> {
    Ok(serde_json::from_slice(&keys.open(
        COLUMN,
        id.as_uuid(),
        sealed,
    )?)?)
}

/// The answers, sealed for this application alone.
pub(crate) fn seal_answers(
    keys: &Keys,
    id: ApplicationId,
    answers: &Map<String, Value>,
) -> Result<Vec<u8>> {
    keys.seal(COLUMN, id.as_uuid(), &serde_json::to_vec(answers)?)
}
