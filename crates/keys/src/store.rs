//! Keys at rest.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use uuid::Uuid;

use crate::schema::{data_keys, pg_advisory_xact_lock, signing_keys};
use crate::sealing::DataPurpose;
use crate::signing::{Purpose, SigningKey};

/// Serialises key creation among processes that start at once.
const CREATION_LOCK: i64 = 0x6d61_646f_6b65_7973;

#[derive(Queryable, Selectable)]
#[diesel(table_name = signing_keys)]
pub(crate) struct StoredSigningKey {
    pub(crate) kid: String,
    pub(crate) sealed_private_key: Vec<u8>,
    pub(crate) retired_at: Option<DateTime<Utc>>,
}

/// A signing key as an operator sees it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = signing_keys)]
pub struct ListedKey {
    /// The name a signature gives for it.
    pub kid: String,
    /// What it is for.
    pub purpose: Purpose,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When a newer one takes over.
    pub retired_at: Option<DateTime<Utc>>,
}

/// Nobody else makes keys until the transaction ends.
pub(crate) async fn lock_creation(conn: &mut AsyncPgConnection) -> Result<()> {
    diesel::select(pg_advisory_xact_lock(CREATION_LOCK))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn has_unretired(conn: &mut AsyncPgConnection, purpose: Purpose) -> Result<bool> {
    let unretired = signing_keys::table
        .filter(signing_keys::purpose.eq(purpose))
        .filter(signing_keys::retired_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(unretired))
        .get_result(conn)
        .await?)
}

/// The keys of a purpose, the newest first.
pub(crate) async fn signing_keys(
    conn: &mut AsyncPgConnection,
    purpose: Purpose,
) -> Result<Vec<StoredSigningKey>> {
    Ok(signing_keys::table
        .filter(signing_keys::purpose.eq(purpose))
        .order((
            signing_keys::retired_at.desc().nulls_first(),
            signing_keys::created_at.desc(),
        ))
        .select(StoredSigningKey::as_select())
        .load(conn)
        .await?)
}

pub(crate) async fn list_signing(conn: &mut AsyncPgConnection) -> Result<Vec<ListedKey>> {
    Ok(signing_keys::table
        .order((signing_keys::purpose, signing_keys::created_at.desc()))
        .select(ListedKey::as_select())
        .load(conn)
        .await?)
}

pub(crate) async fn insert_signing(
    conn: &mut AsyncPgConnection,
    purpose: Purpose,
    key: &SigningKey,
    sealed: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::kid.eq(&key.kid),
            signing_keys::purpose.eq(purpose),
            signing_keys::public_key.eq(&key.public_key),
            signing_keys::sealed_private_key.eq(sealed),
            signing_keys::created_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn retire_signing(
    conn: &mut AsyncPgConnection,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(signing_keys::table)
        .filter(signing_keys::purpose.eq(purpose))
        .filter(signing_keys::retired_at.is_null())
        .set(signing_keys::retired_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Every data key of the use, the one in use first.
pub(crate) async fn data_keys(
    conn: &mut AsyncPgConnection,
    purpose: DataPurpose,
) -> Result<Vec<(Uuid, Vec<u8>)>> {
    Ok(data_keys::table
        .filter(data_keys::purpose.eq(purpose))
        .order(data_keys::created_at.desc())
        .select((data_keys::id, data_keys::wrapped_key))
        .load(conn)
        .await?)
}

pub(crate) async fn insert_data(
    conn: &mut AsyncPgConnection,
    purpose: DataPurpose,
    id: Uuid,
    wrapped: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::insert_into(data_keys::table)
        .values((
            data_keys::id.eq(id),
            data_keys::purpose.eq(purpose),
            data_keys::wrapped_key.eq(wrapped),
            data_keys::created_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
