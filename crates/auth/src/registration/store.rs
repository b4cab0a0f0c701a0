//! The register in the database.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl as _;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use uuid::Uuid;

use super::addressee::AddresseeId;
use crate::schema::addressees;

/// A person of the register as they are kept.
#[derive(Insertable)]
#[diesel(table_name = addressees)]
pub(super) struct AddresseeRow {
    pub(super) id: AddresseeId,
    pub(super) name_birthdate_hash: Vec<u8>,
    pub(super) name_address_hash: Vec<u8>,
    pub(super) birthdate_address_hash: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) protected: bool,
    pub(super) import_id: Uuid,
    pub(super) gone_at: Option<DateTime<Utc>>,
}

/// Adds people or puts them right; answers those kept, which are all but those of the same import.
pub(super) async fn keep_addressees(
    conn: &mut AsyncPgConnection,
    rows: Vec<AddresseeRow>,
) -> Result<Vec<AddresseeId>> {
    Ok(diesel::insert_into(addressees::table)
        .values(rows)
        .on_conflict(addressees::id)
        .do_update()
        .set((
            addressees::name_birthdate_hash.eq(excluded(addressees::name_birthdate_hash)),
            addressees::name_address_hash.eq(excluded(addressees::name_address_hash)),
            addressees::birthdate_address_hash.eq(excluded(addressees::birthdate_address_hash)),
            addressees::sealed.eq(excluded(addressees::sealed)),
            addressees::protected.eq(excluded(addressees::protected)),
            addressees::import_id.eq(excluded(addressees::import_id)),
            addressees::gone_at.eq(excluded(addressees::gone_at)),
        ))
        .filter(addressees::import_id.ne(excluded(addressees::import_id)))
        .returning(addressees::id)
        .get_results(conn)
        .await?)
}

/// Whoever is not of the import is gone; answers how many are since now.
pub(super) async fn note_gone(
    conn: &mut AsyncPgConnection,
    import: Uuid,
    now: DateTime<Utc>,
) -> Result<usize> {
    let missing = addressees::import_id.ne(import);
    let there = addressees::gone_at.is_null();
    let newly_gone = QueryDsl::filter(addressees::table, missing.and(there));
    Ok(diesel::update(newly_gone)
        .set(addressees::gone_at.eq(now))
        .execute(conn)
        .await?)
}

pub(super) async fn count_addressees(conn: &mut AsyncPgConnection) -> Result<i64> {
    Ok(addressees::table.count().get_result(conn).await?)
}
