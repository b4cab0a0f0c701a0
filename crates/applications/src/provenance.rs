//! Where answers come from that nobody typed into the form itself.

use chrono::{DateTime, Utc};
use forms::Shared;
use keys::Keys;
use platform::{AsyncPgConnection, Result, pointer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{AnswerProvenance, AnswerSource, ApplicationId};
use crate::sealing::Column;
use crate::store;

/// An answer as it was filled in.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    pointer: String,
    source: AnswerSource,
    life_event: String,
    question: String,
    given_at: DateTime<Utc>,
    value: Value,
}

/// Keeps on record what an intake has filled in.
pub(crate) async fn record(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    application: ApplicationId,
    life_event: &str,
    shared: &[Shared],
    now: DateTime<Utc>,
) -> Result<()> {
    if shared.is_empty() {
        return Ok(());
    }
    let entry = |shared: &Shared| Entry {
        pointer: shared.field.clone(),
        source: AnswerSource::Intake,
        life_event: life_event.to_owned(),
        question: shared.question.clone(),
        given_at: now,
        value: shared.value.clone(),
    };
    let entries: Vec<_> = shared.iter().map(entry).collect();
    let sealed = Column::Provenance.seal(keys, application, &entries)?;
    store::insert_provenance(conn, application, &sealed).await
}

/// Where the answers come from, and whether they are still what they were then.
pub(crate) fn told(
    keys: &Keys,
    application: ApplicationId,
    sealed: Option<&[u8]>,
    answers: &Map<String, Value>,
) -> Result<Vec<AnswerProvenance>> {
    let Some(sealed) = sealed else {
        return Ok(Vec::new());
    };
    let entries: Vec<Entry> = Column::Provenance.open(keys, application, sealed)?;
    let told = entries.into_iter().map(|entry| AnswerProvenance {
        changed: pointer::of_members(answers, &entry.pointer) != Some(&entry.value),
        pointer: entry.pointer,
        source: entry.source,
        life_event: entry.life_event,
        question: entry.question,
        given_at: entry.given_at,
    });
    Ok(told.collect())
}
