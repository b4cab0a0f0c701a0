//! What is said about people is sealed: answers, file names, reasons, notices.

use keys::Keys;
use platform::Result;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::model::ApplicationId;

/// A column with sealed JSON; a value opens only in its own column and application.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    Answers,
    RemovedAnswers,
    RecentSaves,
    Provenance,
    Content,
    Correction,
    Reason,
    Grounds,
    Notice,
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Self::Answers => "applications.sealed_answers",
            Self::RemovedAnswers => "applications.sealed_removed_answers",
            Self::RecentSaves => "applications.sealed_recent_saves",
            Self::Provenance => "answer_provenance.sealed_entries",
            Self::Content => "submissions.sealed_content",
            Self::Correction => "corrections.sealed_answers",
            Self::Reason => "application_events.sealed_reason",
            Self::Grounds => "proposals.sealed_grounds",
            Self::Notice => "decisions.sealed_notice",
        }
    }

    pub(crate) fn seal(
        self,
        keys: &Keys,
        id: ApplicationId,
        value: &impl Serialize,
    ) -> Result<Vec<u8>> {
        keys.seal(self.name(), id.as_uuid(), &serde_json::to_vec(value)?)
    }

    pub(crate) fn open<T: DeserializeOwned>(
        self,
        keys: &Keys,
        id: ApplicationId,
        sealed: &[u8],
    ) -> Result<T> {
        let plain = keys.open(self.name(), id.as_uuid(), sealed)?;
        Ok(serde_json::from_slice(&plain)?)
    }
}

/// The answers, code point for code point as they were given.
pub(crate) fn open_answers(
    keys: &Keys,
    id: ApplicationId,
    sealed: &[u8],
) -> Result<Map<String, Value>> {
    Column::Answers.open(keys, id, sealed)
}

/// The answers, sealed for this application alone.
pub(crate) fn seal_answers(
    keys: &Keys,
    id: ApplicationId,
    answers: &Map<String, Value>,
) -> Result<Vec<u8>> {
    Column::Answers.seal(keys, id, answers)
}
