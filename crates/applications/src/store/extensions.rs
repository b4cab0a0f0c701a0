//! Extensions of statutory limits.

use auth::StaffId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::model::ApplicationId;
use crate::schema::extensions;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = extensions)]
pub(crate) struct Extension {
    pub(crate) application_id: ApplicationId,
    /// The day that law had set.
    pub(crate) former_limit_on: NaiveDate,
    pub(crate) expected_on: NaiveDate,
    pub(crate) extended_by: StaffId,
    pub(crate) extended_at: DateTime<Utc>,
}

pub(crate) async fn insert_extension(conn: &mut AsyncPgConnection, row: &Extension) -> Result<()> {
    diesel::insert_into(extensions::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// There is one at the most.
pub(crate) async fn extension(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
) -> Result<Option<Extension>> {
    Ok(extensions::table
        .find(id)
        .select(Extension::as_select())
        .first(conn)
        .await
        .optional()?)
}
