//! Staff as their identity provider describes them: at each login the postings that came from it become what its claims say,
//! which is nothing where the providers file does not ask for them any more.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Code, Error, Result};
use serde_json::{Value, json};

use super::places::{Places, Written};
use super::posting::{Roster, Source, Wanted, holds_on};
use crate::person::{Role, StaffId};
use crate::provider::{ClaimedPosting, StaffClaims, VerifiedIdentity};
use crate::schema::{postings, staff_members};
use crate::scope::Reach;

/// Characters of a name that are kept.
const LONGEST_NAME: usize = 200;

/// A member of staff at the door, as their provider describes them.
pub(crate) struct Arrival<'a> {
    pub(crate) identity: &'a VerifiedIdentity,
    /// What the providers file makes of claims; `None`: postings are not the provider's to give.
    pub(crate) claims: Option<&'a StaffClaims>,
    pub(crate) request: RequestId,
    pub(crate) now: DateTime<Utc>,
}

type Given = (Reach, Role);

impl Arrival<'_> {
    /// Makes their postings what the claims say, and an account at the first login that gives any; whoever has
    /// nothing to do here is refused, and what they had ends all the same.
    ///
    /// # Errors
    /// `login_failed` when neither claims nor the staff file give them a posting today, or the claims cannot be read.
    pub(crate) async fn settle(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let claimed = match self.claims {
            Some(claims) => claims.postings(&self.identity.claims),
            None => Ok(Vec::new()),
        };
        let claimed =
            claimed.map_err(|unreadable| Error::new(Code::LoginFailed).because(unreadable))?;
        let has_a_task = conn
            .transaction(async |conn| self.apply(conn, &claimed).await)
            .await?;
        if has_a_task || self.claims.is_none() {
            return Ok(());
        }
        let refused = Error::new(Code::LoginFailed).because("no claim and no file gives a posting");
        Err(refused
            .detail("このシステムでの担当が割り当てられていません。管理者に確認してください。"))
    }

    /// Whether they hold a posting today, be it from here or from the staff file.
    async fn apply(
        &self,
        conn: &mut AsyncPgConnection,
        claimed: &[&ClaimedPosting],
    ) -> Result<bool> {
        let given = self.resolve(conn, claimed).await?;
        let account = match lock_account(conn, self.identity).await? {
            None if !given.is_empty() => Some(self.open_account(conn).await?),
            known => known,
        };
        // Whoever is shut out stays what they were; the login itself refuses them.
        if let Some((_, Some(_))) = account {
            return Ok(true);
        }
        if let Some((staff, None)) = account {
            self.follow(conn, staff, &given).await?;
            if holds_any(conn, staff, self.now).await? {
                return Ok(true);
            }
        }
        if self.claims.is_some() {
            self.record_refusal(conn).await?;
        }
        Ok(false)
    }

    /// A department or procedure that is not there is the file's mistake, not the person's. Half of such a posting is none.
    async fn resolve(
        &self,
        conn: &mut AsyncPgConnection,
        claimed: &[&ClaimedPosting],
    ) -> Result<Vec<Given>> {
        let postings: Vec<_> = claimed.iter().map(|posting| written(posting)).collect();
        let places = Places::load(conn, &postings).await?;
        let mut given = Vec::with_capacity(claimed.len());
        for posting in claimed {
            match places.reach(written(posting)) {
                Ok(reach) => given.push((reach, posting.role)),
                Err(faults) => {
                    for fault in faults {
                        tracing::warn!(posting.fault = %fault, "staff_claims gives what cannot be given");
                    }
                }
            }
        }
        Ok(given)
    }

    async fn open_account(&self, conn: &mut AsyncPgConnection) -> Result<Account> {
        let id = StaffId::new(self.now);
        diesel::insert_into(staff_members::table)
            .values((
                staff_members::id.eq(id),
                staff_members::issuer.eq(&self.identity.issuer),
                staff_members::subject.eq(&self.identity.subject),
                staff_members::display_name.eq(display_name(self.identity)),
            ))
            .on_conflict((staff_members::issuer, staff_members::subject))
            .do_nothing()
            .execute(conn)
            .await?;
        // Of two first logins at once, the second finds the account of the first.
        let account = lock_account(conn, self.identity).await?;
        let account = account.ok_or_else(|| Error::internal("an account vanished"))?;
        if account.0 == id {
            let detail = json!({"change": "added", "source": Source::Provider});
            self.roster(id).record(conn, "staff.import", detail).await?;
        }
        Ok(account)
    }

    /// New postings begin today, missing ones end today. Every request asks for them anew, so that both holds at once.
    async fn follow(
        &self,
        conn: &mut AsyncPgConnection,
        staff: StaffId,
        given: &[Given],
    ) -> Result<()> {
        let (roster, today) = (self.roster(staff), calendar::jst_date(self.now));
        let held = roster.held(conn).await?;
        let mut kept = Vec::new();
        for posting in held.iter().filter(|posting| posting.holds_on(today)) {
            let said = (posting.reach.clone(), posting.role);
            if given.contains(&said) {
                kept.push(said);
            } else {
                roster.end(conn, posting).await?;
            }
        }
        for (reach, role) in given.iter().filter(|said| !kept.contains(said)) {
            let wanted = Wanted {
                reach: reach.clone(),
                role: *role,
                valid_from: today,
                valid_until: None,
            };
            roster.give(conn, &wanted).await?;
        }
        Ok(())
    }

    fn roster(&self, staff: StaffId) -> Roster {
        Roster {
            staff,
            source: Source::Provider,
            actor: audit::Actor::System,
            request: Some(self.request),
            now: self.now,
        }
    }

    /// Who it was is the provider's name for them; here they have none.
    async fn record_refusal(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let entry = audit::Entry {
            occurred_at: self.now,
            actor: audit::Actor::Anonymous,
            action: "auth.login_refused",
            object_kind: "person",
            object_id: None,
            request_id: Some(self.request),
            detail: json!({"issuer": self.identity.issuer, "subject": self.identity.subject}),
        };
        audit::record(conn, entry).await
    }
}

fn written(posting: &ClaimedPosting) -> Written<'_> {
    Written {
        department: posting.department.as_deref(),
        procedures: posting.procedures.as_deref(),
        role: posting.role,
        valid_until: None,
    }
}

/// Who, and since when they are shut out, if they are.
type Account = (StaffId, Option<DateTime<Utc>>);

/// Two logins of one person take turns.
async fn lock_account(
    conn: &mut AsyncPgConnection,
    identity: &VerifiedIdentity,
) -> Result<Option<Account>> {
    Ok(staff_members::table
        .filter(staff_members::issuer.eq(&identity.issuer))
        .filter(staff_members::subject.eq(&identity.subject))
        .select((staff_members::id, staff_members::disabled_at))
        .for_update()
        .first(conn)
        .await
        .optional()?)
}

async fn holds_any(
    conn: &mut AsyncPgConnection,
    staff: StaffId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let today = calendar::jst_date(now);
    let held = postings::table
        .filter(postings::staff_id.eq(staff))
        .filter(holds_on(today));
    Ok(diesel::select(diesel::dsl::exists(held))
        .get_result(conn)
        .await?)
}

/// The name that userinfo or the id token has for them, or the provider's own key.
fn display_name(identity: &VerifiedIdentity) -> String {
    let sources = [&identity.attributes, &identity.claims].into_iter();
    let mut names = sources.filter_map(|source| source.get("name").and_then(Value::as_str));
    let name = names.next().unwrap_or(&identity.subject);
    let printable = name.chars().filter(|character| !character.is_control());
    printable.take(LONGEST_NAME).collect()
}
