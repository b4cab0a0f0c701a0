//! Where answers come from that nobody typed into the form itself.

use chrono::{DateTime, Utc};
use forms::fill_in;
use keys::Keys;
use platform::pointer::{self, overlap};
use platform::{AsyncPgConnection, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{AnswerProvenance, AnswerSource, ApplicationId};
use crate::sealing::Column;
use crate::store;

/// An answer as it was filled in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) pointer: String,
    #[serde(flatten)]
    pub(crate) source: AnswerSource,
    pub(crate) given_at: DateTime<Utc>,
    pub(crate) value: Value,
}

/// The answers with those filled in.
pub(crate) fn filled_in(mut answers: Map<String, Value>, entries: &[Entry]) -> Map<String, Value> {
    for entry in entries {
        fill_in(&mut answers, &entry.pointer, entry.value.clone());
    }
    answers
}

/// Keeps on record what has been filled in; each field has the source that filled it in last.
pub(crate) async fn record(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    application: ApplicationId,
    entries: Vec<Entry>,
) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut all = kept(conn, keys, application).await?;
    all.retain(|old| {
        !entries
            .iter()
            .any(|new| overlap(&old.pointer, &new.pointer))
    });
    all.extend(entries);
    keep(conn, keys, application, &all).await
}

/// The same for what nothing was filled in before.
pub(crate) async fn keep(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    application: ApplicationId,
    entries: &[Entry],
) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let sealed = Column::Provenance.seal(keys, application, &entries)?;
    store::save_provenance(conn, application, &sealed).await
}

/// What has been filled in, as it was then.
pub(crate) async fn kept(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    application: ApplicationId,
) -> Result<Vec<Entry>> {
    let sealed = store::provenance(conn, application).await?;
    open(keys, application, sealed.as_deref())
}

/// The same of the sealed column.
pub(crate) fn open(
    keys: &Keys,
    application: ApplicationId,
    sealed: Option<&[u8]>,
) -> Result<Vec<Entry>> {
    match sealed {
        Some(sealed) => Column::Provenance.open(keys, application, sealed),
        None => Ok(Vec::new()),
    }
}

/// Where the answers come from, and whether they are still what they were then.
pub(crate) fn told(entries: Vec<Entry>, answers: &Map<String, Value>) -> Vec<AnswerProvenance> {
    let told = entries.into_iter().map(|entry| AnswerProvenance {
        changed: pointer::of_members(answers, &entry.pointer) != Some(&entry.value),
        pointer: entry.pointer,
        source: entry.source,
        given_at: entry.given_at,
    });
    told.collect()
}
