//! The register.

use chrono::{DateTime, Utc};
use diesel::dsl::count;
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl as _;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use uuid::Uuid;

use crate::registration::addressee::AddresseeId;
use crate::registration::basics::PairHashes;
use crate::schema::addressees;

/// A person of the register as they are kept.
#[derive(Insertable)]
#[diesel(table_name = addressees)]
pub(in crate::registration) struct AddresseeRow {
    pub(in crate::registration) id: AddresseeId,
    pub(in crate::registration) name_birthdate_hash: Vec<u8>,
    pub(in crate::registration) name_address_hash: Vec<u8>,
    pub(in crate::registration) birthdate_address_hash: Vec<u8>,
    pub(in crate::registration) sealed: Vec<u8>,
    pub(in crate::registration) protected: bool,
    pub(in crate::registration) import_id: Uuid,
    pub(in crate::registration) gone_at: Option<DateTime<Utc>>,
}

/// Adds people or puts them right; answers those kept, which are all but those of the same import.
pub(in crate::registration) async fn keep_addressees(
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
pub(in crate::registration) async fn note_gone(
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

/// How many people there are.
#[derive(Clone, Copy, Debug, Queryable)]
pub(in crate::registration) struct Count {
    pub(in crate::registration) all: i64,
    /// Those whom the register has.
    pub(in crate::registration) present: i64,
    /// Those under DV等支援措置, gone ones too: they stay protected.
    pub(in crate::registration) protected: i64,
}

pub(in crate::registration) async fn count_addressees(
    conn: &mut AsyncPgConnection,
) -> Result<Count> {
    let present = count(addressees::id).aggregate_filter(addressees::gone_at.is_null());
    let protected = count(addressees::id).aggregate_filter(addressees::protected);
    Ok(addressees::table
        .select((count(addressees::id), present, protected))
        .first(conn)
        .await?)
}

/// A person of the register as they are found.
#[derive(Queryable, Selectable)]
#[diesel(table_name = addressees)]
pub(in crate::registration) struct FoundRow {
    pub(in crate::registration) id: AddresseeId,
    pub(in crate::registration) sealed: Vec<u8>,
    pub(in crate::registration) protected: bool,
    pub(in crate::registration) gone_at: Option<DateTime<Utc>>,
}

/// Those who share two attributes, as many as a clerk can look through.
pub(in crate::registration) async fn find_by_pairs(
    conn: &mut AsyncPgConnection,
    pairs: &PairHashes,
) -> Result<Vec<FoundRow>> {
    let shares_a_pair = addressees::name_birthdate_hash
        .eq(&pairs.name_birthdate)
        .or(addressees::name_address_hash.eq(&pairs.name_address))
        .or(addressees::birthdate_address_hash.eq(&pairs.birthdate_address));
    Ok(QueryDsl::filter(addressees::table, shares_a_pair)
        .order(addressees::id)
        .limit(MOST_CANDIDATES)
        .select(FoundRow::as_select())
        .load(conn)
        .await?)
}

/// The API promises the same.
const MOST_CANDIDATES: i64 = 50;

/// Whether the register has or had the person, whom then nobody forgets until the transaction ends.
pub(in crate::registration) async fn hold_addressee(
    conn: &mut AsyncPgConnection,
    id: AddresseeId,
) -> Result<bool> {
    let held: Option<AddresseeId> = QueryDsl::find(addressees::table, id)
        .for_key_share()
        .select(addressees::id)
        .first(conn)
        .await
        .optional()?;
    Ok(held.is_some())
}

/// The person, if the register has or had them.
pub(in crate::registration) async fn find_addressee(
    conn: &mut AsyncPgConnection,
    id: AddresseeId,
) -> Result<Option<FoundRow>> {
    Ok(QueryDsl::find(addressees::table, id)
        .select(FoundRow::as_select())
        .first(conn)
        .await
        .optional()?)
}
