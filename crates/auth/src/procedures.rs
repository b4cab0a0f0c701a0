//! Procedures, as far as postings name them: by code where people write, by id where rights are asked for. `forms` tells which
//! there are, and everything else of them stays there.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use uuid::Uuid;

use crate::schema::procedure_codes;

/// Tells of a procedure, known or new, in the caller's transaction. Its code never changes.
///
/// # Errors
/// `internal_error` when another procedure has the code.
pub async fn tell(conn: &mut AsyncPgConnection, procedure: Uuid, code: &str) -> Result<()> {
    diesel::insert_into(procedure_codes::table)
        .values((
            procedure_codes::procedure_id.eq(procedure),
            procedure_codes::code.eq(code),
        ))
        .on_conflict(procedure_codes::procedure_id)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// The ids behind codes; a code without one is left out. Where no code is given, the database is not asked.
pub(crate) async fn by_codes(
    conn: &mut AsyncPgConnection,
    codes: Vec<&str>,
) -> Result<HashMap<String, Uuid>> {
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    let known: Vec<(String, Uuid)> = procedure_codes::table
        .filter(procedure_codes::code.eq_any(codes))
        .select((procedure_codes::code, procedure_codes::procedure_id))
        .load(conn)
        .await?;
    Ok(known.into_iter().collect())
}
