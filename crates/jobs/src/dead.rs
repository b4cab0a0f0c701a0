//! Jobs that were given up, and their second life.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use uuid::Uuid;

use crate::schema::jobs;

/// A job that was given up after its last attempt.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct DeadJob {
    /// Which one.
    pub id: Uuid,
    /// The name in the queue.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i32,
    /// What the last attempt failed of.
    pub last_error: Option<String>,
    /// When it was given up.
    #[diesel(select_expression = jobs::dead_at.assume_not_null())]
    pub dead_at: DateTime<Utc>,
}

/// The state of a job that has all its attempts before it.
#[derive(AsChangeset)]
#[diesel(table_name = jobs, treat_none_as_null = true)]
pub(crate) struct Revival {
    run_at: DateTime<Utc>,
    attempts: i32,
    lease_until: Option<DateTime<Utc>>,
    last_error: Option<String>,
    dead_at: Option<DateTime<Utc>>,
}

impl Revival {
    pub(crate) const fn at(run_at: DateTime<Utc>) -> Self {
        Self {
            run_at,
            attempts: 0,
            lease_until: None,
            last_error: None,
            dead_at: None,
        }
    }
}

/// The dead jobs, the longest dead first.
///
/// # Errors
/// When the database cannot be asked.
pub async fn list_dead(conn: &mut AsyncPgConnection) -> Result<Vec<DeadJob>> {
    Ok(jobs::table
        .filter(jobs::dead_at.is_not_null())
        .order((jobs::dead_at, jobs::id))
        .select(DeadJob::as_select())
        .load(conn)
        .await?)
}

/// Gives a dead job, or all of them without an id, new attempts; answers how many.
///
/// # Errors
/// When the database refuses.
pub async fn retry(
    conn: &mut AsyncPgConnection,
    id: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<usize> {
    let dead = jobs::table.filter(jobs::dead_at.is_not_null());
    let revived = match id {
        None => {
            diesel::update(dead)
                .set(Revival::at(now))
                .execute(conn)
                .await?
        }
        Some(id) => {
            diesel::update(dead.filter(jobs::id.eq(id)))
                .set(Revival::at(now))
                .execute(conn)
                .await?
        }
    };
    Ok(revived)
}
