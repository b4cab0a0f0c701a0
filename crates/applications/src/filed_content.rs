//! What was filed, opened again.

use keys::Keys;
use platform::Result;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::identity::Identity;
use crate::sealing::Column;
use crate::store::Submission;

/// Exactly what was filed, whatever was corrected since, as far as it is shown.
#[derive(Deserialize)]
pub(crate) struct FiledContent {
    /// The applicant as they were vouched for then.
    pub(crate) identity: Identity,
    /// Who filed for the applicant, as they were vouched for then; none when it was the applicant.
    #[serde(default)]
    pub(crate) representative: Option<Identity>,
    pub(crate) answers: Map<String, Value>,
}

impl FiledContent {
    /// # Errors
    /// When what is sealed cannot be opened.
    pub(crate) fn open(keys: &Keys, submission: &Submission) -> Result<Self> {
        Column::Content.open(keys, submission.application_id, &submission.sealed_content)
    }
}
