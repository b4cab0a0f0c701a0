//! Whose name the city's letters bear: the offices that decide, and who holds them since when.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde::Deserialize;

use crate::schema::signatories;

/// Somebody in an office (処分庁) from a day on, until the next row of the same office begins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = signatories)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// The office as procedures name it: 市長, 教育委員会.
    pub office: String,
    /// The first day (JST).
    pub valid_from: NaiveDate,
    /// The office as it signs: 小平市長.
    pub title: String,
    /// The name.
    pub holder: String,
}

/// Brings signatories in. Those not named stay, so that past holders need not be repeated.
///
/// # Errors
/// When a row cannot be written.
pub async fn import(conn: &mut AsyncPgConnection, signatories: &[Signatory]) -> Result<()> {
    diesel::insert_into(signatories::table)
        .values(signatories)
        .on_conflict((signatories::office, signatories::valid_from))
        .do_update()
        .set((
            signatories::title.eq(excluded(signatories::title)),
            signatories::holder.eq(excluded(signatories::holder)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Who signs for an office on a day (JST); `None` when nobody is known.
///
/// # Errors
/// When the database cannot be asked.
pub async fn of(
    conn: &mut AsyncPgConnection,
    office: &str,
    day: NaiveDate,
) -> Result<Option<Signatory>> {
    Ok(signatories::table
        .filter(signatories::office.eq(office))
        .filter(signatories::valid_from.le(day))
        .order(signatories::valid_from.desc())
        .select(Signatory::as_select())
        .first(conn)
        .await
        .optional()?)
}
