//! Keys out of the database and into it, sealed under the master key.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::{AsyncPgConnection, Error, Result};
use uuid::Uuid;

use super::Keys;
use crate::sealing::{Cipher, DataPurpose, LookupKey};
use crate::signing::{Purpose, SigningKey};
use crate::store::{self, StoredSigningKey};

impl Keys {
    pub(super) async fn create_missing(
        &self,
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
    ) -> Result<()> {
        conn.transaction(async |conn| {
            store::lock_creation(conn).await?;
            for purpose in Purpose::ALL {
                if !store::has_unretired(conn, *purpose).await? {
                    self.create_signing(conn, *purpose, now).await?;
                }
            }
            for purpose in DataPurpose::ALL {
                if store::data_keys(conn, *purpose).await?.is_empty() {
                    self.create_data(conn, *purpose, now).await?;
                }
            }
            Ok(())
        })
        .await
    }

    pub(super) async fn create_signing(
        &self,
        conn: &mut AsyncPgConnection,
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let seed: [u8; 32] = self.0.randomness.bytes()?;
        let key = SigningKey::from_seed(&seed, None)?;
        let sealed = self.seal_under_master(&signing_place(purpose, &key.kid), &seed)?;
        store::insert_signing(conn, purpose, &key, &sealed, now).await?;
        Ok(key.kid)
    }

    async fn create_data(
        &self,
        conn: &mut AsyncPgConnection,
        purpose: DataPurpose,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let id = platform::id::new_v7(now);
        let key: [u8; 32] = self.0.randomness.bytes()?;
        let wrapped = self.seal_under_master(id.as_bytes(), &key)?;
        store::insert_data(conn, purpose, id, &wrapped, now).await
    }

    fn seal_under_master(&self, place: &[u8], key: &[u8]) -> Result<Vec<u8>> {
        self.0.master.cipher().seal(place, key, &self.0.randomness)
    }

    fn open_under_master(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let opened = self.0.master.cipher().open(place, sealed);
        opened.map_err(|_| {
            Error::internal("the keys in the database were sealed under another master key")
        })
    }

    pub(super) async fn load_signing(
        &self,
        conn: &mut AsyncPgConnection,
        purpose: Purpose,
    ) -> Result<Vec<SigningKey>> {
        let open = |row: StoredSigningKey| {
            let place = signing_place(purpose, &row.kid);
            let seed = self.open_under_master(&place, &row.sealed_private_key)?;
            SigningKey::from_seed(&seed, row.retired_at)
        };
        let rows = store::signing_keys(conn, purpose).await?;
        rows.into_iter().map(open).collect()
    }

    pub(super) async fn load_data(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> Result<Vec<(Uuid, Cipher)>> {
        let open = |(id, wrapped): (Uuid, Vec<u8>)| {
            let key = self.open_under_master(id.as_bytes(), &wrapped)?;
            Ok((id, Cipher::new(&key)?))
        };
        let rows = store::data_keys(conn, DataPurpose::Seal).await?;
        rows.into_iter().map(open).collect()
    }

    pub(super) async fn load_lookup(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> Result<Option<LookupKey>> {
        let rows = store::data_keys(conn, DataPurpose::Lookup).await?;
        let key = rows.into_iter().next().map(|(id, wrapped)| {
            let key = self.open_under_master(id.as_bytes(), &wrapped)?;
            Ok(LookupKey::new(&key))
        });
        key.transpose()
    }
}

fn signing_place(purpose: Purpose, kid: &str) -> Vec<u8> {
    format!("signing_keys:{}:{kid}", purpose.as_str()).into_bytes()
}
