//! How a resident changes where they are written to.

use audit::{Actor, Entry};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::mail::{MailAddress, VerificationCode};
use keys::Keys;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Randomness, Result};
use serde_json::json;

use super::{ADDRESS, CODE, CODE_PAUSE, ContactPoint, Kind, SendCode, Suppressed};
use crate::person::ResidentId;
use crate::schema::contact_points;

/// A change by the resident themselves, in the caller's transaction.
pub(crate) struct Change {
    pub(crate) resident: ResidentId,
    pub(crate) request: RequestId,
    pub(crate) now: DateTime<Utc>,
}

/// What became of an address that was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SetEmail {
    /// It is there, unproved, and a mail with a code is promised.
    CodePromised,
    /// The last code is less than a minute old; nothing was changed.
    TooSoon {
        /// How long to wait.
        wait: TimeDelta,
    },
}

/// What a set address replaces.
#[derive(AsChangeset)]
#[diesel(table_name = contact_points, treat_none_as_null = true)]
struct Unproved {
    sealed_address: Option<Vec<u8>>,
    verified_at: Option<DateTime<Utc>>,
    suppressed_reason: Option<Suppressed>,
    sealed_code: Option<Vec<u8>>,
}

impl Change {
    /// Sets the address in place of the one before, and promises a code.
    pub(crate) async fn set(
        &self,
        conn: &mut AsyncPgConnection,
        keys: &Keys,
        randomness: &Randomness,
        address: &MailAddress,
    ) -> Result<SetEmail> {
        let id = self.resident.as_uuid();
        let code = VerificationCode::draw(randomness)?;
        let unproved = Unproved {
            sealed_address: Some(keys.seal(ADDRESS, id, address.as_str().as_bytes())?),
            verified_at: None,
            suppressed_reason: None,
            sealed_code: Some(keys.seal(CODE, id, code.as_str().as_bytes())?),
        };
        if !self.replace(conn, unproved).await? {
            let made_at = self.lock(conn).await?.map(|point| point.code_made_at);
            let since = made_at.map_or(TimeDelta::zero(), |made_at| self.now - made_at);
            let wait = CODE_PAUSE - since;
            return Ok(SetEmail::TooSoon { wait });
        }
        let job = SendCode {
            resident_id: self.resident,
            made_at: self.now,
        };
        jobs::enqueue(conn, &job, self.now).await?;
        self.record(conn, "contact_point.set").await?;
        Ok(SetEmail::CodePromised)
    }

    /// Proves the address by its code; a wrong one is counted.
    pub(crate) async fn verify(
        &self,
        conn: &mut AsyncPgConnection,
        keys: &Keys,
        given: &str,
    ) -> Result<bool> {
        let Some(point) = self.lock(conn).await? else {
            return Ok(false);
        };
        let Some(code) = point.code(keys, self.resident, self.now)? else {
            return Ok(false);
        };
        if code.as_str() != given {
            diesel::update(self.row())
                .set(contact_points::code_tries.eq(point.code_tries + 1))
                .execute(conn)
                .await?;
            self.record(conn, "contact_point.wrong_code").await?;
            return Ok(false);
        }
        diesel::update(self.row())
            .set((
                contact_points::verified_at.eq(self.now),
                contact_points::sealed_code.eq(None::<Vec<u8>>),
            ))
            .execute(conn)
            .await?;
        self.record(conn, "contact_point.verify").await?;
        Ok(true)
    }

    /// Takes the address away, if there is one.
    pub(crate) async fn remove(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let nothing = Unproved {
            sealed_address: None,
            verified_at: None,
            suppressed_reason: None,
            sealed_code: None,
        };
        let removed = diesel::update(self.row())
            .filter(contact_points::sealed_address.is_not_null())
            .set(nothing)
            .execute(conn)
            .await?;
        if removed == 1 {
            self.record(conn, "contact_point.remove").await?;
        }
        Ok(())
    }

    /// One statement decides, so that two at once do not both send; `false` when it is too soon.
    async fn replace(&self, conn: &mut AsyncPgConnection, unproved: Unproved) -> Result<bool> {
        use diesel::query_dsl::methods::FilterDsl as _;
        let made = (
            contact_points::code_made_at.eq(self.now),
            contact_points::code_tries.eq(0),
        );
        let replaced = diesel::insert_into(contact_points::table)
            .values((
                contact_points::resident_id.eq(self.resident),
                contact_points::kind.eq(Kind::Email),
                contact_points::sealed_address.eq(&unproved.sealed_address),
                contact_points::sealed_code.eq(&unproved.sealed_code),
                made,
            ))
            .on_conflict((contact_points::resident_id, contact_points::kind))
            .do_update()
            .set((&unproved, made))
            .filter(contact_points::code_made_at.le(self.now - CODE_PAUSE))
            .execute(conn)
            .await?;
        Ok(replaced == 1)
    }

    async fn lock(&self, conn: &mut AsyncPgConnection) -> Result<Option<ContactPoint>> {
        Ok(self
            .row()
            .for_update()
            .select(ContactPoint::as_select())
            .first(conn)
            .await
            .optional()?)
    }

    fn row(&self) -> diesel::dsl::Find<contact_points::table, (ResidentId, Kind)> {
        contact_points::table.find((self.resident, Kind::Email))
    }

    async fn record(&self, conn: &mut AsyncPgConnection, action: &str) -> Result<()> {
        audit::record(
            conn,
            Entry {
                occurred_at: self.now,
                actor: Actor::Resident(self.resident.as_uuid()),
                action,
                object_kind: "resident",
                object_id: Some(self.resident.as_uuid()),
                request_id: Some(self.request),
                detail: json!({ "kind": Kind::Email }),
            },
        )
        .await
    }
}
