//! The hash chain over committed events: sealing and verification.
//!
//! `hash(n) = SHA-256(hash(n-1) ‖ canonical JSON (RFC 8785) of event n)`, `hash(0)` = 32 zero bytes.
//! The sealer takes what it sees in `audit_pending`. What it sees is committed; what is still in
//! flight it will see later, so no event is skipped whatever the order of commits.

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use platform::{AsyncPgConnection, Error, Result};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::schema::{audit_chain, audit_events, audit_pending, pg_advisory_xact_lock};

/// Only one sealer at a time extends the chain.
const SEALER_LOCK: i64 = 0x6d61_646f_7365_616c;
/// Events sealed or verified in one go.
const BATCH: i64 = 1_000;

type Hash = [u8; 32];

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_events)]
struct Event {
    id: Uuid,
    occurred_at: DateTime<Utc>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    action: String,
    object_kind: String,
    object_id: Option<Uuid>,
    request_id: Option<Uuid>,
    detail: Value,
}

impl Event {
    fn hash_after(&self, previous: &[u8]) -> Result<Hash> {
        let canonical = serde_json_canonicalizer::to_vec(&json!({
            "id": self.id,
            "occurred_at": self.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "actor_kind": self.actor_kind,
            "actor_id": self.actor_id,
            "action": self.action,
            "object_kind": self.object_kind,
            "object_id": self.object_id,
            "request_id": self.request_id,
            "detail": self.detail,
        }))?;
        let digest = Sha256::new().chain_update(previous).chain_update(canonical);
        Ok(digest.finalize().into())
    }
}

/// Chains committed events not chained yet, at most a batch; answers how many.
///
/// # Errors
/// When the database cannot be asked; nothing is chained then.
pub async fn seal(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<usize> {
    conn.transaction(async |conn| {
        diesel::select(pg_advisory_xact_lock(SEALER_LOCK))
            .execute(conn)
            .await?;
        let events: Vec<Event> = audit_pending::table
            .inner_join(audit_events::table.on(audit_events::id.eq(audit_pending::event_id)))
            .select(Event::as_select())
            .order(audit_pending::event_id)
            .limit(BATCH)
            .load(conn)
            .await?;
        if events.is_empty() {
            return Ok(0);
        }
        let (mut position, mut previous) = head(conn).await?;
        let mut links = Vec::with_capacity(events.len());
        for event in &events {
            position += 1;
            previous = event.hash_after(&previous)?.to_vec();
            links.push((
                audit_chain::position.eq(position),
                audit_chain::event_id.eq(event.id),
                audit_chain::hash.eq(previous.clone()),
                audit_chain::sealed_at.eq(now),
            ));
        }
        diesel::insert_into(audit_chain::table)
            .values(&links)
            .execute(conn)
            .await?;
        let ids = events.iter().map(|event| event.id);
        diesel::delete(audit_pending::table.filter(audit_pending::event_id.eq_any(ids)))
            .execute(conn)
            .await?;
        Ok::<_, Error>(events.len())
    })
    .await
}

/// How many events wait to be sealed.
///
/// # Errors
/// When the database cannot be asked.
pub async fn unsealed(conn: &mut AsyncPgConnection) -> Result<i64> {
    Ok(audit_pending::table.count().get_result(conn).await?)
}

async fn head(conn: &mut AsyncPgConnection) -> Result<(i64, Vec<u8>)> {
    let last = audit_chain::table
        .select((audit_chain::position, audit_chain::hash))
        .order(audit_chain::position.desc())
        .first(conn)
        .await
        .optional()?;
    Ok(last.unwrap_or((0, vec![0; 32])))
}

/// What is wrong with the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The link at this position is missing: it, or all from here on, was removed.
    Missing(i64),
    /// The event at this position, or its link, was changed.
    Altered(i64),
    /// An event is neither chained nor waiting to be.
    Unchained(Uuid),
}

/// What verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Links checked.
    pub links: i64,
    /// The last link's hash: exported, it reveals a tail that was cut off later.
    pub head: Vec<u8>,
    /// The first fault, if any.
    pub fault: Option<Fault>,
}

/// Recomputes the whole chain.
///
/// # Errors
/// When the database cannot be asked.
pub async fn verify(conn: &mut AsyncPgConnection) -> Result<Verdict> {
    let mut verdict = Verdict {
        links: 0,
        head: vec![0; 32],
        fault: None,
    };
    loop {
        let batch: Vec<(i64, Vec<u8>, Option<Event>)> = audit_chain::table
            .left_join(audit_events::table.on(audit_events::id.eq(audit_chain::event_id)))
            .filter(audit_chain::position.gt(verdict.links))
            .order(audit_chain::position)
            .limit(BATCH)
            .select((
                audit_chain::position,
                audit_chain::hash,
                Option::<Event>::as_select(),
            ))
            .load(conn)
            .await?;
        if batch.is_empty() {
            break;
        }
        for (position, hash, event) in batch {
            if let Some(fault) = check(&verdict, position, &hash, event)? {
                verdict.fault = Some(fault);
                return Ok(verdict);
            }
            verdict.links = position;
            verdict.head = hash;
        }
    }
    verdict.fault = first_unchained(conn).await?.map(Fault::Unchained);
    Ok(verdict)
}

fn check(
    so_far: &Verdict,
    position: i64,
    hash: &[u8],
    event: Option<Event>,
) -> Result<Option<Fault>> {
    if position != so_far.links + 1 {
        return Ok(Some(Fault::Missing(so_far.links + 1)));
    }
    let Some(event) = event else {
        return Ok(Some(Fault::Missing(position)));
    };
    let altered = event.hash_after(&so_far.head)? != hash;
    Ok(altered.then_some(Fault::Altered(position)))
}

async fn first_unchained(conn: &mut AsyncPgConnection) -> Result<Option<Uuid>> {
    let chained = audit_chain::table.filter(audit_chain::event_id.eq(audit_events::id));
    let pending = audit_pending::table.filter(audit_pending::event_id.eq(audit_events::id));
    Ok(audit_events::table
        .filter(diesel::dsl::not(diesel::dsl::exists(chained)))
        .filter(diesel::dsl::not(diesel::dsl::exists(pending)))
        .select(audit_events::id)
        .order(audit_events::id)
        .first(conn)
        .await
        .optional()?)
}
