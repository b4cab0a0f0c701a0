//! The queue's rows.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use platform::{AsyncPgConnection, Error, Result, doubling};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::dead::Revival;
use crate::schema::jobs;
use crate::worker::Failure;

/// A kind of work: its name in the queue and what it needs to know.
pub trait Job: Serialize + DeserializeOwned + Send + Sync {
    /// The name in the queue; never changes once used.
    const KIND: &'static str;

    /// Names this very promise. While it is open, enqueuing it again changes nothing; one that was
    /// given up is taken up again. A promise that was kept leaves no trace: the same key is a new one.
    fn deduplication_key(&self) -> String;
}

/// How long a worker has a job to itself.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// After this many attempts a job is dead until an operator looks at it.
const MOST_ATTEMPTS: i32 = 12;

/// Promises the job in the caller's transaction.
///
/// # Errors
/// When the row cannot be written.
pub async fn enqueue<J: Job>(
    conn: &mut AsyncPgConnection,
    job: &J,
    run_at: DateTime<Utc>,
) -> Result<()> {
    let key = format!("{}:{}", J::KIND, job.deduplication_key());
    let payload = serde_json::to_value(job)?;
    let promised = diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(platform::id::new_v7(run_at)),
            jobs::kind.eq(J::KIND),
            jobs::payload.eq(&payload),
            jobs::deduplication_key.eq(&key),
            jobs::run_at.eq(run_at),
            jobs::created_at.eq(run_at),
        ))
        .on_conflict(jobs::deduplication_key)
        .do_nothing()
        .execute(conn)
        .await?;
    if promised == 0 {
        diesel::update(jobs::table)
            .filter(jobs::deduplication_key.eq(&key))
            .filter(jobs::dead_at.is_not_null())
            .set((Revival::at(run_at), jobs::payload.eq(&payload)))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// A job in hand, for as long as the lease lasts.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Lease {
    id: Uuid,
    pub(crate) kind: String,
    payload: Value,
    deduplication_key: String,
    attempts: i32,
}

impl Lease {
    /// What the job needs to know.
    ///
    /// # Errors
    /// When the payload was written by an incompatible version of the program.
    pub fn job<J: Job>(&self) -> Result<J> {
        Ok(serde_json::from_value(self.payload.clone())?)
    }

    /// Names this very promise, at every attempt alike.
    pub fn promise(&self) -> &str {
        &self.deduplication_key
    }

    /// Takes the job away, in the transaction that does its work.
    ///
    /// # Errors
    /// When the lease has passed to another worker; the caller's transaction must roll back then.
    pub async fn complete(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let mine = jobs::table
            .filter(jobs::id.eq(self.id))
            .filter(jobs::attempts.eq(self.attempts));
        match diesel::delete(mine).execute(conn).await? {
            1 => Ok(()),
            _ => Err(Error::internal("the lease on the job was lost")),
        }
    }

    /// Gives the job back after a failure: for later, or dead when it is hopeless or was the last attempt.
    pub(crate) async fn give_back(
        &self,
        conn: &mut AsyncPgConnection,
        failure: &Failure,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let hopeless = matches!(failure, Failure::Never(_));
        let dead = hopeless || self.attempts >= MOST_ATTEMPTS;
        diesel::update(jobs::table)
            .filter(jobs::id.eq(self.id))
            .filter(jobs::attempts.eq(self.attempts))
            .set((
                jobs::lease_until.eq(None::<DateTime<Utc>>),
                jobs::run_at.eq(now + backoff(self.attempts)),
                jobs::last_error.eq(failure.to_string()),
                jobs::dead_at.eq(dead.then_some(now)),
            ))
            .execute(conn)
            .await?;
        Ok(dead)
    }
}

/// 2, 4, 8 … seconds, at most an hour.
fn backoff(attempts: i32) -> TimeDelta {
    let waited = u32::try_from(attempts - 1).unwrap_or_default();
    doubling(TimeDelta::seconds(2), waited, TimeDelta::hours(1))
}

/// Leases the job that is due longest, if any.
pub(crate) async fn lease(
    conn: &mut AsyncPgConnection,
    kinds: &[&str],
    now: DateTime<Utc>,
) -> Result<Option<Lease>> {
    conn.transaction(async |conn| {
        while let Some(due) = lock_due(conn, kinds, now).await? {
            if due.attempts < MOST_ATTEMPTS {
                return Ok::<_, Error>(Some(take(conn, due.id, now).await?));
            }
            // Whoever had the last lease ended without giving it back: the job may be what ended it.
            let ran_out = Failure::Never(Error::internal("the lease ran out"));
            due.give_back(conn, &ran_out, now).await?;
            tracing::warn!(
                job.kind = due.kind,
                job.dead = true,
                error.cause = "the lease ran out",
                "job failed"
            );
        }
        Ok(None)
    })
    .await
}

async fn lock_due(
    conn: &mut AsyncPgConnection,
    kinds: &[&str],
    now: DateTime<Utc>,
) -> Result<Option<Lease>> {
    Ok(jobs::table
        .filter(jobs::dead_at.is_null())
        .filter(jobs::run_at.le(now))
        .filter(jobs::lease_until.is_null().or(jobs::lease_until.lt(now)))
        .filter(jobs::kind.eq_any(kinds))
        .order(jobs::run_at)
        .select(Lease::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()?)
}

async fn take(conn: &mut AsyncPgConnection, id: Uuid, now: DateTime<Utc>) -> Result<Lease> {
    Ok(diesel::update(jobs::table.find(id))
        .set((
            jobs::lease_until.eq(now + LEASE),
            jobs::attempts.eq(jobs::attempts + 1),
        ))
        .returning(Lease::as_returning())
        .get_result(conn)
        .await?)
}

/// How many jobs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Due now or later.
    pub waiting: i64,
    /// Given up after the last attempt.
    pub dead: i64,
}

/// Counts the jobs by state.
///
/// # Errors
/// When the database cannot be asked.
pub async fn counts(conn: &mut AsyncPgConnection) -> Result<Counts> {
    let waiting = jobs::table.filter(jobs::dead_at.is_null()).count();
    let dead = jobs::table.filter(jobs::dead_at.is_not_null()).count();
    Ok(Counts {
        waiting: waiting.get_result(conn).await?,
        dead: dead.get_result(conn).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_an_hour() {
        let pauses = [1, 2, 11, 12, MOST_ATTEMPTS, i32::MAX].map(|n| backoff(n).num_seconds());
        assert_eq!(pauses, [2, 4, 2_048, 3_600, 3_600, 3_600]);
    }
}
