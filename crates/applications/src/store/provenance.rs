//! Where answers come from.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::model::ApplicationId;
use crate::schema::answer_provenance;

pub(crate) async fn insert_provenance(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
    sealed: &[u8],
) -> Result<()> {
    diesel::insert_into(answer_provenance::table)
        .values((
            answer_provenance::application_id.eq(application),
            answer_provenance::sealed_entries.eq(sealed),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
