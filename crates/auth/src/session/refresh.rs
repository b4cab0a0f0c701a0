//! Tokens that buy the next ones, and what becomes of copies.
//!
//! Each use answers a successor. A used token is accepted again while its successor is unused, because the
//! answer may have been lost on the way; the unused successor is superseded then. Any other reuse, and any
//! use of a superseded token, means that somebody has a copy, and ends the family, however late it comes.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Randomness, Result};
use uuid::Uuid;

use super::{Family, hash, revoke, secret};
use crate::schema::{refresh_families, refresh_tokens};
use crate::token::Audience;

/// A token as it is kept.
#[derive(Queryable, Selectable)]
#[diesel(table_name = refresh_tokens)]
struct Token {
    used_at: Option<DateTime<Utc>>,
    superseded_at: Option<DateTime<Utc>>,
    issued_at: DateTime<Utc>,
}

/// What became of a refresh token that was presented.
pub(crate) enum Presented {
    /// Its family lives on with this token.
    Successor(Family, String),
    /// Two hold tokens of this login: the family was ended.
    Reused(Family),
    /// Not accepted, and why, for the log.
    Refused(&'static str),
}

/// Rotates a token. The caller commits also when the token is reused, so that the family ends.
pub(crate) async fn rotate(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    audience: Audience,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Presented> {
    let hash = hash(token);
    // The family's row lock makes parallel uses of any of its tokens take turns.
    let Some(family) = lock_family(conn, &hash).await? else {
        return Ok(Presented::Refused("the refresh token is unknown"));
    };
    if let Some(why) = family.refusal(audience, now) {
        return Ok(Presented::Refused(why));
    }
    let token: Token = refresh_tokens::table
        .find(&hash)
        .select(Token::as_select())
        .first(conn)
        .await?;
    if token.is_copied(conn, family.id, &hash).await? {
        revoke(conn, family.id, now).await?;
        return Ok(Presented::Reused(family));
    }
    if token.issued_at + audience.idle_lifetime() <= now {
        return Ok(Presented::Refused("the refresh token lay unused too long"));
    }
    if token.used_at.is_some() {
        supersede(conn, family.id, &hash, now).await?;
    }
    diesel::update(refresh_tokens::table.find(&hash))
        .set(refresh_tokens::used_at.eq(now))
        .execute(conn)
        .await?;
    let successor = issue(conn, randomness, family.id, Some(&hash), now).await?;
    Ok(Presented::Successor(family, successor))
}

/// Ends the family of a token; answers it, if the token was one of ours.
pub(crate) async fn end(
    conn: &mut AsyncPgConnection,
    audience: Audience,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<Family>> {
    let family = lock_family(conn, &hash(token)).await?;
    let family = family.filter(|family| family.audience == audience);
    if let Some(family) = &family {
        revoke(conn, family.id, now).await?;
    }
    Ok(family)
}

impl Token {
    /// Whether two must have it or its successor: whoever used the successor, and whoever presents this one.
    async fn is_copied(
        &self,
        conn: &mut AsyncPgConnection,
        family: Uuid,
        hash: &[u8],
    ) -> Result<bool> {
        if self.superseded_at.is_some() {
            return Ok(true);
        }
        if self.used_at.is_none() {
            return Ok(false);
        }
        let unused = diesel::select(exists(unused_successor(family, hash)));
        Ok(!unused.get_result::<bool>(conn).await?)
    }
}

impl Family {
    /// Why none of its tokens is accepted any more, if so.
    fn refusal(&self, audience: Audience, now: DateTime<Utc>) -> Option<&'static str> {
        if self.audience != audience {
            return Some("the refresh token is for the other listener");
        }
        if self.revoked_at.is_some() {
            return Some("the login was ended");
        }
        (self.expires_at <= now).then_some("the login is over")
    }
}

async fn lock_family(conn: &mut AsyncPgConnection, hash: &[u8]) -> Result<Option<Family>> {
    let family = refresh_tokens::table
        .find(hash)
        .select(refresh_tokens::family_id)
        .single_value();
    Ok(refresh_families::table
        .filter(refresh_families::id.nullable().eq(family))
        .for_update()
        .select(Family::as_select())
        .first(conn)
        .await
        .optional()?)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn unused_successor<'a>(family: Uuid, hash: &'a [u8]) -> _ {
    refresh_tokens::table
        .filter(refresh_tokens::family_id.eq(family))
        .filter(refresh_tokens::predecessor_sha256.eq(hash))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::superseded_at.is_null())
}

/// The client never saw the successor: the next one takes its place.
///
/// The superseded one is kept: whoever presents it did see it.
async fn supersede(
    conn: &mut AsyncPgConnection,
    family: Uuid,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(unused_successor(family, hash))
        .set(refresh_tokens::superseded_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps the hash of a new token of the family.
pub(super) async fn issue(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    family: Uuid,
    predecessor: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<String> {
    let token = secret(randomness)?;
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_sha256.eq(hash(&token)),
            refresh_tokens::family_id.eq(family),
            refresh_tokens::predecessor_sha256.eq(predecessor),
            refresh_tokens::issued_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(token)
}
