//! Which department has which procedure, and another one from a day on.

use auth::DepartmentId;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde_json::json;

use crate::model::ProcedureId;
use crate::schema::procedures;

/// A procedure and whose it is.
#[derive(Clone, Debug, Queryable)]
pub struct Ownership {
    /// The procedure.
    pub procedure: ProcedureId,
    /// Its code.
    pub code: String,
    /// The department in charge.
    pub department: DepartmentId,
}

/// Every procedure and whose it is.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list(conn: &mut AsyncPgConnection) -> Result<Vec<Ownership>> {
    Ok(procedures::table
        .order(procedures::code)
        .select((procedures::id, procedures::code, procedures::department_id))
        .load(conn)
        .await?)
}

/// Gives a procedure to another department, here and in the figures, where days before stay the former one's.
///
/// # Errors
/// When the database refuses.
pub async fn hand_over(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
    (department, code): (DepartmentId, &str),
    day: NaiveDate,
) -> Result<()> {
    let (described,): (serde_json::Value,) = procedures::table
        .find(procedure)
        .for_no_key_update()
        .select((procedures::description,))
        .first(conn)
        .await?;
    let mut described = described;
    described["owner_department"] = json!(code);
    diesel::update(procedures::table.find(procedure))
        .set((
            procedures::department_id.eq(department),
            procedures::description.eq(described),
            procedures::version.eq(procedures::version + 1),
        ))
        .execute(conn)
        .await?;
    kpi::procedures::hand_over(conn, procedure.as_uuid(), code, day).await
}
