//! The question sets of the life events.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde_json::Value;

use crate::question_set::QuestionSetDefinition;
use crate::schema::vocabulary;

const QUESTION_SETS: &str = "question_sets";

/// Takes the place of all that were there.
pub(crate) async fn save_question_sets(
    conn: &mut AsyncPgConnection,
    sets: &[QuestionSetDefinition],
) -> Result<()> {
    let content = serde_json::to_value(sets)?;
    super::save_vocabulary(conn, QUESTION_SETS, &content).await
}

/// All sets; none before the first import.
pub(crate) async fn question_sets(
    conn: &mut AsyncPgConnection,
) -> Result<Vec<QuestionSetDefinition>> {
    let content: Option<Value> = vocabulary::table
        .find(QUESTION_SETS)
        .select(vocabulary::content)
        .first(conn)
        .await
        .optional()?;
    let sets = content.map(serde_json::from_value).transpose()?;
    Ok(sets.unwrap_or_default())
}
