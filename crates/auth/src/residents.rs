//! Residents: what a provider said about them, sealed, and who is shut out.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl as _;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use keys::Keys;
use platform::{AsyncPgConnection, Code, Error, Result};
use serde_json::{Map, Value, json};

use crate::address::{self, Address};
use crate::assurance::{Aal, Assurance, Ial};
use crate::organisation::entry;
use crate::person::ResidentId;
use crate::provider::VerifiedIdentity;
use crate::schema::{resident_attributes, residents};
use crate::session;
use crate::token::Audience;

const COLUMN: &str = "resident_attributes.sealed";

/// The attributes of a resident and where they come from.
#[derive(Debug)]
pub struct Attributes {
    /// name, address, birthdate, gender, exactly as sent.
    pub values: Map<String, Value>,
    /// Who vouches for them.
    pub issuer: String,
    /// The authentication context class of the login that brought them.
    pub assurance: String,
    /// The levels that the class stands for.
    pub levels: Assurance,
    /// When they were brought.
    pub verified_at: DateTime<Utc>,
}

impl Attributes {
    /// One that was sent as text, or as a number.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.values.get(name).and_then(address::text)
    }

    /// 住所, if one was sent in a shape that is known.
    #[must_use]
    pub fn address(&self) -> Option<Address> {
        self.values.get("address").and_then(Address::of)
    }
}

/// The attributes as they are kept.
#[derive(Queryable, Selectable)]
#[diesel(table_name = resident_attributes)]
struct Kept {
    sealed: Vec<u8>,
    issuer: String,
    assurance: String,
    ial: Ial,
    aal: Aal,
    verified_at: DateTime<Utc>,
}

impl Kept {
    fn open(self, keys: &Keys, id: ResidentId) -> Result<Attributes> {
        let plain = keys.open(COLUMN, id.as_uuid(), &self.sealed)?;
        Ok(Attributes {
            values: serde_json::from_slice(&plain)?,
            issuer: self.issuer,
            assurance: self.assurance,
            levels: Assurance {
                ial: self.ial,
                aal: self.aal,
            },
            verified_at: self.verified_at,
        })
    }
}

/// The attributes of the login that proved them best, the last of several, if the provider sent any.
///
/// # Errors
/// When they cannot be read or opened.
pub async fn attributes(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ResidentId,
) -> Result<Option<Attributes>> {
    Ok(attributes_of(conn, keys, &[id]).await?.remove(&id))
}

/// As [`attributes`], of several residents.
pub(crate) async fn attributes_of(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    ids: &[ResidentId],
) -> Result<HashMap<ResidentId, Attributes>> {
    let theirs = resident_attributes::resident_id.eq_any(ids);
    let rows: Vec<(ResidentId, Kept)> = QueryDsl::filter(resident_attributes::table, theirs)
        .select((resident_attributes::resident_id, Kept::as_select()))
        .load(conn)
        .await?;
    let opened = rows
        .into_iter()
        .map(|(id, kept)| Ok((id, kept.open(keys, id)?)));
    opened.collect()
}

/// Keeps what the provider sent at this login, in place of what it sent before. What was proved better stays: who
/// may say of themselves what they like must not say it with the proof of an earlier login.
pub(crate) async fn keep_attributes(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ResidentId,
    identity: &VerifiedIdentity,
    assurance: Assurance,
    now: DateTime<Utc>,
) -> Result<()> {
    if identity.attributes.is_empty() {
        return Ok(());
    }
    let plain = serde_json::to_vec(&identity.attributes)?;
    diesel::insert_into(resident_attributes::table)
        .values((
            resident_attributes::resident_id.eq(id),
            resident_attributes::sealed.eq(keys.seal(COLUMN, id.as_uuid(), &plain)?),
            resident_attributes::issuer.eq(&identity.issuer),
            resident_attributes::assurance.eq(&identity.acr),
            resident_attributes::ial.eq(assurance.ial),
            resident_attributes::aal.eq(assurance.aal),
            resident_attributes::verified_at.eq(now),
        ))
        .on_conflict(resident_attributes::resident_id)
        .do_update()
        .set((
            resident_attributes::sealed.eq(excluded(resident_attributes::sealed)),
            resident_attributes::issuer.eq(excluded(resident_attributes::issuer)),
            resident_attributes::assurance.eq(excluded(resident_attributes::assurance)),
            resident_attributes::ial.eq(excluded(resident_attributes::ial)),
            resident_attributes::aal.eq(excluded(resident_attributes::aal)),
            resident_attributes::verified_at.eq(excluded(resident_attributes::verified_at)),
        ))
        .filter(excluded(resident_attributes::ial).ge(resident_attributes::ial))
        .execute(conn)
        .await?;
    Ok(())
}

/// A person who has no login of their own: somebody acts for them.
pub(crate) async fn insert_without_login(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> Result<ResidentId> {
    let id = ResidentId::new(now);
    diesel::insert_into(residents::table)
        .values((residents::id.eq(id), residents::created_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(id)
}

/// Keeps what a clerk has verified of a person without a login, unless more is known of them.
pub(crate) async fn keep_described(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ResidentId,
    attributes: Map<String, Value>,
    now: DateTime<Utc>,
) -> Result<()> {
    let vouched = VerifiedIdentity {
        issuer: "urn:madoguchi:mandate".to_owned(),
        subject: id.to_string(),
        acr: "mandate".to_owned(),
        authenticated_at: now,
        attributes,
        companies: Vec::new(),
        claims: Map::new(),
    };
    keep_attributes(conn, keys, id, &vouched, Assurance::LOWEST, now).await
}

/// Shuts a resident out, or lets them in again; tokens and logins from before stay void. Answers
/// whether that changed anything; a change is recorded.
///
/// # Errors
/// `not_found` when there is no such resident. The caller's transaction must not commit an error.
pub async fn set_disabled(
    conn: &mut AsyncPgConnection,
    id: ResidentId,
    disabled: bool,
    now: DateTime<Utc>,
) -> Result<bool> {
    let since: Option<DateTime<Utc>> = residents::table
        .find(id)
        .select(residents::disabled_at)
        .for_update()
        .first(conn)
        .await
        .optional()?
        .ok_or_else(|| Error::new(Code::NotFound).because("there is no such resident"))?;
    if since.is_some() == disabled {
        return Ok(false);
    }
    diesel::update(residents::table.find(id))
        .set((
            residents::disabled_at.eq(disabled.then_some(now)),
            residents::auth_epoch.eq(residents::auth_epoch + 1),
        ))
        .execute(conn)
        .await?;
    session::end_all(conn, Audience::Resident, id.as_uuid(), now).await?;
    let action = if disabled {
        "resident.disable"
    } else {
        "resident.enable"
    };
    let entry = entry(action, ("person", id.as_uuid()), json!({}), now);
    audit::record(conn, entry).await?;
    Ok(true)
}
