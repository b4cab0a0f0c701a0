//! Procedures and the versions of their forms in the database.

mod drafts;
mod question_sets;
mod versions;

use auth::DepartmentId;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde_json::Value;

use crate::finder::Words;
use crate::model::{ProcedureId, ProcedureKind};
use crate::schema::{procedures, vocabulary};

pub(crate) use drafts::{
    DraftRow, delete_draft, draft, insert_draft, lock_draft, next_draft_version, save_draft,
};
pub(crate) use question_sets::{question_sets, save_question_sets};
pub(crate) use versions::{
    RetirementRow, VersionLine, VersionRow, insert_retirement, insert_version, list_openings,
    list_versions, newest_version, version, version_in_force, versions_in_force,
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = procedures, treat_none_as_null = true)]
pub(crate) struct ProcedureRow {
    pub(crate) id: ProcedureId,
    pub(crate) code: String,
    pub(crate) kind: ProcedureKind,
    pub(crate) department_id: DepartmentId,
    pub(crate) description: Value,
    pub(crate) accepts_digital_from: Option<NaiveDate>,
    /// Number of the newest change of the description.
    pub(crate) version: i32,
}

/// Procedures in the order of their codes, after a code, `limit + 1` of them.
pub(crate) async fn list_procedures(
    conn: &mut AsyncPgConnection,
    after: Option<&str>,
    digital_on: Option<(bool, NaiveDate)>,
    limit: i64,
) -> Result<Vec<ProcedureRow>> {
    let mut query = procedures::table
        .select(ProcedureRow::as_select())
        .order(procedures::code)
        .limit(limit + 1)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(procedures::code.gt(after.to_owned()));
    }
    match digital_on {
        Some((true, today)) => {
            query = query.filter(procedures::accepts_digital_from.le(today));
        }
        Some((false, today)) => {
            let not_yet = procedures::accepts_digital_from.is_null();
            query = query
                .filter(not_yet.or(procedures::accepts_digital_from.gt(today).assume_not_null()));
        }
        None => {}
    }
    Ok(query.load(conn).await?)
}

pub(crate) async fn procedure_by_code(
    conn: &mut AsyncPgConnection,
    code: &str,
) -> Result<Option<ProcedureRow>> {
    Ok(procedures::table
        .filter(procedures::code.eq(code))
        .select(ProcedureRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn procedure_ids(
    conn: &mut AsyncPgConnection,
    codes: &[String],
) -> Result<Vec<ProcedureId>> {
    Ok(procedures::table
        .filter(procedures::code.eq_any(codes))
        .select(procedures::id)
        .load(conn)
        .await?)
}

pub(crate) async fn procedure(
    conn: &mut AsyncPgConnection,
    id: ProcedureId,
) -> Result<ProcedureRow> {
    Ok(procedures::table
        .find(id)
        .select(ProcedureRow::as_select())
        .first(conn)
        .await?)
}

/// As [`procedure`], and nobody else describes it, publishes or retires its versions until the transaction ends.
pub(crate) async fn lock_procedure(
    conn: &mut AsyncPgConnection,
    id: ProcedureId,
) -> Result<ProcedureRow> {
    Ok(procedures::table
        .find(id)
        .for_update()
        .select(ProcedureRow::as_select())
        .first(conn)
        .await?)
}

/// As [`procedure`], and nobody publishes or retires its versions until the transaction ends.
pub(crate) async fn hold_procedure(
    conn: &mut AsyncPgConnection,
    id: ProcedureId,
) -> Result<ProcedureRow> {
    Ok(procedures::table
        .find(id)
        .for_key_share()
        .select(ProcedureRow::as_select())
        .first(conn)
        .await?)
}

pub(crate) async fn all_procedures(conn: &mut AsyncPgConnection) -> Result<Vec<ProcedureRow>> {
    Ok(procedures::table
        .select(ProcedureRow::as_select())
        .load(conn)
        .await?)
}

/// `false` when another procedure has the code.
pub(crate) async fn insert_procedure(
    conn: &mut AsyncPgConnection,
    row: &ProcedureRow,
) -> Result<bool> {
    let inserted = diesel::insert_into(procedures::table)
        .values(row)
        .on_conflict(procedures::code)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(inserted == 1)
}

pub(crate) async fn save_procedure(conn: &mut AsyncPgConnection, row: &ProcedureRow) -> Result<()> {
    diesel::update(procedures::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes the place of what the finder knew.
pub(crate) async fn save_words(conn: &mut AsyncPgConnection, words: &Words) -> Result<()> {
    let rows = [
        (SYNONYMS, serde_json::to_value(&words.synonyms)?),
        (LIFE_EVENTS, serde_json::to_value(&words.life_events)?),
    ];
    for (kind, content) in rows {
        save_vocabulary(conn, kind, &content).await?;
    }
    Ok(())
}

async fn save_vocabulary(conn: &mut AsyncPgConnection, kind: &str, content: &Value) -> Result<()> {
    diesel::insert_into(vocabulary::table)
        .values((vocabulary::kind.eq(kind), vocabulary::content.eq(content)))
        .on_conflict(vocabulary::kind)
        .do_update()
        .set(vocabulary::content.eq(content))
        .execute(conn)
        .await?;
    Ok(())
}

/// What the finder knows; nothing before the first import.
pub(crate) async fn words(conn: &mut AsyncPgConnection) -> Result<Words> {
    let rows: Vec<(String, Value)> = vocabulary::table
        .filter(vocabulary::kind.eq_any([SYNONYMS, LIFE_EVENTS]))
        .load(conn)
        .await?;
    let mut words = Words::default();
    for (kind, content) in rows {
        match kind.as_str() {
            SYNONYMS => words.synonyms = serde_json::from_value(content)?,
            _ => words.life_events = serde_json::from_value(content)?,
        }
    }
    Ok(words)
}

const SYNONYMS: &str = "synonyms";
const LIFE_EVENTS: &str = "life_events";
