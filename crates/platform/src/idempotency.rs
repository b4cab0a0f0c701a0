//! Exactly-once answers: the response to an `Idempotency-Key` is kept in the transaction that made it.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::Result;
use crate::problem::Code;
use crate::schema::{idempotency_keys, pg_try_advisory_xact_lock};

/// How long a key is remembered.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// One attempt under a key: who, what, and the hash of what was asked.
#[derive(Debug)]
pub struct Attempt<'a> {
    actor_id: Uuid,
    operation: &'a str,
    key: &'a str,
    request_sha256: [u8; 32],
}

impl<'a> Attempt<'a> {
    /// `request` is everything that distinguishes this request from another: path ids and body.
    ///
    /// # Errors
    /// When the request cannot be written as JSON.
    pub fn new(
        actor_id: Uuid,
        operation: &'a str,
        key: &'a str,
        request: &impl Serialize,
    ) -> Result<Self> {
        Ok(Self {
            actor_id,
            operation,
            key,
            request_sha256: Sha256::digest(serde_json::to_vec(request)?).into(),
        })
    }

    /// Claims the key for this transaction and answers the response kept for it, if any.
    ///
    /// # Errors
    /// `idempotency_key_in_flight` (409) while another transaction works under the key,
    /// `idempotency_key_reused` (422) when it was used for another request.
    pub async fn claim<T: DeserializeOwned>(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> Result<Option<T>> {
        let free: bool = diesel::select(pg_try_advisory_xact_lock(self.lock_number()))
            .get_result(conn)
            .await?;
        if !free {
            return Err(Code::IdempotencyKeyInFlight.into());
        }
        let kept: Option<(Vec<u8>, serde_json::Value)> = idempotency_keys::table
            .find((self.actor_id, self.operation, self.key))
            .select((idempotency_keys::request_sha256, idempotency_keys::response))
            .first(conn)
            .await
            .optional()?;
        match kept {
            None => Ok(None),
            Some((hash, _)) if hash != self.request_sha256 => {
                Err(Code::IdempotencyKeyReused.into())
            }
            Some((_, response)) => Ok(Some(serde_json::from_value(response)?)),
        }
    }

    /// Keeps the response, to be answered again to the same request.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub async fn keep(
        &self,
        conn: &mut AsyncPgConnection,
        response: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Result<()> {
        diesel::insert_into(idempotency_keys::table)
            .values((
                idempotency_keys::actor_id.eq(self.actor_id),
                idempotency_keys::operation.eq(self.operation),
                idempotency_keys::key.eq(self.key),
                idempotency_keys::request_sha256.eq(self.request_sha256.as_slice()),
                idempotency_keys::response.eq(serde_json::to_value(response)?),
                idempotency_keys::created_at.eq(now),
            ))
            .execute(conn)
            .await?;
        Ok(())
    }

    fn lock_number(&self) -> i64 {
        let digest = Sha256::new()
            .chain_update(self.actor_id.as_bytes())
            .chain_update(self.operation)
            .chain_update([0])
            .chain_update(self.key)
            .finalize();
        let mut number = [0; 8];
        number.copy_from_slice(&digest[..8]);
        i64::from_be_bytes(number)
    }
}

/// Forgets keys older than [`KEPT_FOR`]; answers how many.
///
/// # Errors
/// When the rows cannot be deleted.
pub async fn forget_old(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<usize> {
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(now - KEPT_FOR));
    Ok(diesel::delete(old).execute(conn).await?)
}
