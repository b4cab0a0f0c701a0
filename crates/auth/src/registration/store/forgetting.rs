//! Whoever has long gone from the register is forgotten.

use chrono::{DateTime, Utc};
use diesel::dsl::{self, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::registration::addressee::AddresseeId;
use crate::schema::{addressees, registrations};

/// Deletes those gone before the moment whom no registration names; answers how many. Whoever somebody is being linked to at
/// this moment is left to the next import.
pub(in crate::registration) async fn forget_gone(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
) -> Result<usize> {
    let long_gone: Vec<AddresseeId> = addressees::table
        .filter(addressees::gone_at.lt(before))
        .filter(not(is_named()))
        .for_update()
        .skip_locked()
        .select(addressees::id)
        .load(conn)
        .await?;
    // Asked again, now that nobody can be linked to them any more.
    let unnamed = addressees::table
        .filter(addressees::id.eq_any(long_gone))
        .filter(not(is_named()));
    Ok(diesel::delete(unnamed).execute(conn).await?)
}

/// Whether a registration, be it over, names the person.
#[dsl::auto_type]
fn is_named() -> _ {
    let named = registrations::addressee_id.eq(addressees::id.nullable());
    dsl::exists(registrations::table.filter(named))
}
