//! The evidence chain of a delivery.
//!
//! `hash(n) = SHA-256(hash(n-1) ‖ canonical JSON (RFC 8785) of event n)`; `hash(0)` is the content's
//! SHA-256. Event n is `{actor_id, actor_kind, delivery_id, kind, occurred_at, seq}`, its time in UTC
//! with six decimals.

use audit::Actor;
use chrono::{DateTime, SecondsFormat, Utc};
use diesel::prelude::*;
use platform::Result;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::model::DeliveryId;
use crate::schema::delivery_events;
use crate::state::Stage;

/// One event in its place in the chain.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = delivery_events, treat_none_as_default_value = false)]
pub(crate) struct Link {
    delivery_id: DeliveryId,
    pub(crate) seq: i32,
    pub(crate) kind: Stage,
    pub(crate) occurred_at: DateTime<Utc>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    pub(crate) hash: Vec<u8>,
}

impl Link {
    /// The first link, which hangs on the content.
    pub(crate) fn first(
        delivery: DeliveryId,
        content_sha256: &[u8],
        kind: Stage,
        actor: Actor,
        at: DateTime<Utc>,
    ) -> Result<Self> {
        Self::after(delivery, 0, content_sha256, kind, actor, at)
    }

    /// The link that follows this one.
    pub(crate) fn next(&self, kind: Stage, actor: Actor, at: DateTime<Utc>) -> Result<Self> {
        Self::after(self.delivery_id, self.seq, &self.hash, kind, actor, at)
    }

    fn after(
        delivery_id: DeliveryId,
        seq: i32,
        hash: &[u8],
        kind: Stage,
        actor: Actor,
        occurred_at: DateTime<Utc>,
    ) -> Result<Self> {
        let mut link = Self {
            delivery_id,
            seq: seq + 1,
            kind,
            occurred_at,
            actor_kind: actor.kind().to_owned(),
            actor_id: actor.id(),
            hash: Vec::new(),
        };
        link.hash = link.hash_after(hash)?;
        Ok(link)
    }

    fn hash_after(&self, previous: &[u8]) -> Result<Vec<u8>> {
        let canonical = serde_json_canonicalizer::to_vec(&json!({
            "delivery_id": self.delivery_id,
            "seq": self.seq,
            "kind": self.kind,
            "occurred_at": self.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "actor_kind": self.actor_kind,
            "actor_id": self.actor_id,
        }))?;
        let digest = Sha256::new().chain_update(previous).chain_update(canonical);
        Ok(digest.finalize().to_vec())
    }
}

/// Recomputes the chain: whole, unchanged, and telling of the same opening as the delivery does.
pub(crate) fn intact(
    content_sha256: &[u8],
    first_opened_at: Option<DateTime<Utc>>,
    links: &[Link],
) -> Result<bool> {
    let mut previous = content_sha256;
    for (link, seq) in links.iter().zip(1..) {
        if link.seq != seq || link.hash_after(previous)? != link.hash {
            return Ok(false);
        }
        previous = &link.hash;
    }
    let mut opened = links.iter().filter(|link| link.kind == Stage::Opened);
    let opened_at = opened.next().map(|link| link.occurred_at);
    Ok(!links.is_empty() && opened_at == first_opened_at)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const CONTENT: [u8; 32] = [7; 32];

    fn opened() -> (Option<DateTime<Utc>>, Vec<Link>) {
        let published_at = DateTime::from_timestamp(1_800_000_000, 123_456_000).unwrap();
        let opened_at = published_at + TimeDelta::hours(1);
        let delivery = DeliveryId::from(Uuid::from_u128(1));
        let first = Link::first(
            delivery,
            &CONTENT,
            Stage::Published,
            Actor::System,
            published_at,
        )
        .unwrap();
        let resident = Actor::Resident(Uuid::from_u128(2));
        let second = first.next(Stage::Opened, resident, opened_at).unwrap();
        (Some(opened_at), vec![first, second])
    }

    #[test]
    fn the_first_hash_is_computed_as_documented() {
        let (_, links) = opened();
        let event = r#"{"actor_id":null,"actor_kind":"system","delivery_id":"00000000-0000-0000-0000-000000000001","kind":"published","occurred_at":"2027-01-15T08:00:00.123456Z","seq":1}"#;
        let expected = Sha256::new().chain_update(CONTENT).chain_update(event);
        assert_eq!(links[0].hash, expected.finalize().to_vec());
    }

    #[test]
    fn an_untouched_chain_is_intact() {
        let (opened_at, links) = opened();
        assert!(intact(&CONTENT, opened_at, &links).unwrap());
    }

    #[test]
    fn any_change_breaks_the_chain() {
        let changes: [fn(&mut Vec<Link>); 9] = [
            |links| links[0].delivery_id = DeliveryId::from(Uuid::nil()),
            |links| links[1].seq = 3,
            |links| links[0].kind = Stage::PaperQueued,
            |links| links[0].occurred_at += TimeDelta::microseconds(1),
            |links| links[1].actor_kind = "staff".to_owned(),
            |links| links[1].actor_id = None,
            |links| links[0].hash[0] ^= 1,
            |links| links.swap(0, 1),
            |links| links.clear(),
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let (opened_at, mut links) = opened();
            change(&mut links);
            assert!(
                !intact(&CONTENT, opened_at, &links).unwrap(),
                "change {number}"
            );
        }
    }

    #[test]
    fn a_chain_of_other_content_is_not_intact() {
        let (opened_at, links) = opened();
        assert!(!intact(&[8; 32], opened_at, &links).unwrap());
    }

    #[test]
    fn the_delivery_and_its_chain_tell_of_the_same_opening() {
        let (opened_at, mut links) = opened();
        assert!(!intact(&CONTENT, None, &links).unwrap());
        links.pop();
        assert!(!intact(&CONTENT, opened_at, &links).unwrap());
        assert!(intact(&CONTENT, None, &links).unwrap());
    }
}
