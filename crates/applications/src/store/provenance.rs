//! Where answers come from.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::model::ApplicationId;
use crate::schema::answer_provenance;

pub(crate) async fn provenance(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
) -> Result<Option<Vec<u8>>> {
    Ok(answer_provenance::table
        .find(application)
        .select(answer_provenance::sealed_entries)
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn save_provenance(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
    sealed: &[u8],
) -> Result<()> {
    diesel::insert_into(answer_provenance::table)
        .values((
            answer_provenance::application_id.eq(application),
            answer_provenance::sealed_entries.eq(sealed),
        ))
        .on_conflict(answer_provenance::application_id)
        .do_update()
        .set(answer_provenance::sealed_entries.eq(sealed))
        .execute(conn)
        .await?;
    Ok(())
}
