//! Postings as they are kept: given, and ended.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::person::{DepartmentId, Role, StaffId};
use crate::schema::postings;
use crate::scope::Reach;

platform::text_enum! {
    /// Who says that somebody holds a posting; each changes its own only.
    Source {
        /// The staff file.
        File = "file",
        /// The identity provider, at each login.
        Provider = "provider",
        /// Whoever invited them to an account of the portal's own.
        Account = "account",
    }
}

/// A posting as it is kept.
#[derive(Queryable, Selectable)]
#[diesel(table_name = postings)]
pub(crate) struct Held {
    id: Uuid,
    #[diesel(embed)]
    pub(crate) reach: Reach,
    pub(crate) role: Role,
    pub(crate) valid_from: NaiveDate,
    pub(crate) valid_until: Option<NaiveDate>,
}

/// Whether a posting holds on a day.
#[diesel::dsl::auto_type]
pub(crate) fn holds_on(day: NaiveDate) -> _ {
    let not_over: is_not_over = is_not_over(day);
    postings::valid_from.le(day).and(not_over)
}

/// Whether it holds on a day or later; one that was taken away before it began never does.
#[diesel::dsl::auto_type]
pub(crate) fn is_not_over(day: NaiveDate) -> _ {
    let until = postings::valid_until.assume_not_null();
    let until_then = until.gt(day).and(until.gt(postings::valid_from));
    postings::valid_until.is_null().or(until_then)
}

impl Held {
    /// The day it ends when it is taken away on a day; `None` when it is over by then anyway.
    ///
    /// One that has not begun ends on its first day, so that it never holds.
    fn end(&self, day: NaiveDate) -> Option<NaiveDate> {
        let end = self.valid_from.max(day);
        self.valid_until
            .is_none_or(|until| until > end)
            .then_some(end)
    }

    #[cfg(test)]
    pub(super) fn of(reach: Reach, role: Role, valid_from: NaiveDate) -> Self {
        Self {
            id: Uuid::from_u128(1),
            reach,
            role,
            valid_from,
            valid_until: None,
        }
    }

    /// Whether it is the one that is wanted, whenever that ends.
    pub(crate) fn is(&self, wanted: &Wanted) -> bool {
        (&self.reach, self.role, self.valid_from) == wanted.key()
    }

    pub(crate) fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|until| until > day)
    }
}

/// A posting to be given.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) reach: Reach,
    pub(crate) role: Role,
    pub(crate) valid_from: NaiveDate,
    pub(crate) valid_until: Option<NaiveDate>,
}

impl Wanted {
    /// What tells the postings of one source apart.
    const fn key(&self) -> (&Reach, Role, NaiveDate) {
        (&self.reach, self.role, self.valid_from)
    }

    /// Whether both are the same posting, whenever it ends.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

/// One source's say about one member of staff.
#[derive(Clone, Copy)]
pub(crate) struct Roster {
    pub(crate) staff: StaffId,
    pub(crate) source: Source,
    /// Who acts.
    pub(crate) actor: audit::Actor,
    pub(crate) request: Option<RequestId>,
    pub(crate) now: DateTime<Utc>,
}

impl Roster {
    /// What the source has given them, over or not.
    pub(crate) async fn held(&self, conn: &mut AsyncPgConnection) -> Result<Vec<Held>> {
        Ok(postings::table
            .filter(postings::staff_id.eq(self.staff))
            .filter(postings::source.eq(self.source))
            .select(Held::as_select())
            .load(conn)
            .await?)
    }

    /// Gives a posting, or another end to one that begins on the same day.
    pub(crate) async fn give(&self, conn: &mut AsyncPgConnection, wanted: &Wanted) -> Result<()> {
        use diesel::query_dsl::methods::FilterDsl as _;
        let changed = diesel::insert_into(postings::table)
            .values((
                postings::id.eq(platform::id::new_v7(self.now)),
                postings::staff_id.eq(self.staff),
                postings::department_id.eq(wanted.reach.department),
                postings::procedures.eq(&wanted.reach.procedures),
                postings::role.eq(wanted.role),
                postings::valid_from.eq(wanted.valid_from),
                postings::valid_until.eq(wanted.valid_until),
                postings::source.eq(self.source),
            ))
            .on_conflict(diesel::upsert::on_constraint("postings_once"))
            .do_update()
            .set(postings::valid_until.eq(excluded(postings::valid_until)))
            .filter(postings::valid_until.is_distinct_from(excluded(postings::valid_until)))
            .execute(conn)
            .await?;
        if changed == 0 {
            return Ok(());
        }
        self.record(conn, "posting.import", self.detail(wanted))
            .await
    }

    /// Takes a posting away from today on; `false` when it is over anyway.
    pub(crate) async fn end(&self, conn: &mut AsyncPgConnection, held: &Held) -> Result<bool> {
        let today = calendar::jst_date(self.now);
        self.end_on(conn, held, today).await
    }

    /// Takes a posting away from a day on; `false` when it is over by then anyway.
    pub(super) async fn end_on(
        &self,
        conn: &mut AsyncPgConnection,
        held: &Held,
        day: NaiveDate,
    ) -> Result<bool> {
        let Some(end) = held.end(day) else {
            return Ok(false);
        };
        diesel::update(postings::table.find(held.id))
            .set(postings::valid_until.eq(end))
            .execute(conn)
            .await?;
        let ended = Wanted {
            reach: held.reach.clone(),
            role: held.role,
            valid_from: held.valid_from,
            valid_until: Some(end),
        };
        self.record(conn, "posting.end", self.detail(&ended))
            .await?;
        Ok(true)
    }

    fn detail(&self, posting: &Wanted) -> Value {
        json!({
            "department": posting.reach.department,
            "procedures": posting.reach.procedures,
            "role": posting.role,
            "valid_from": posting.valid_from,
            "valid_until": posting.valid_until,
            "source": self.source,
        })
    }

    /// Writes down what was done to them.
    pub(crate) async fn record(
        &self,
        conn: &mut AsyncPgConnection,
        action: &'static str,
        detail: Value,
    ) -> Result<()> {
        let entry = audit::Entry {
            occurred_at: self.now,
            actor: self.actor,
            action,
            object_kind: "staff",
            object_id: Some(self.staff.as_uuid()),
            request_id: self.request,
            detail,
        };
        audit::record(conn, entry).await
    }
}

/// Who holds a role for a procedure, in a department or in the whole city, on a day.
///
/// # Errors
/// When the database cannot be asked.
pub async fn holders_of(
    conn: &mut AsyncPgConnection,
    role: Role,
    (department, procedure): (DepartmentId, Uuid),
    day: NaiveDate,
) -> Result<HashSet<StaffId>> {
    let there = postings::department_id.eq(department);
    let named = postings::procedures
        .assume_not_null()
        .contains(vec![procedure]);
    let holders: Vec<StaffId> = postings::table
        .filter(
            there
                .or(postings::department_id.is_null())
                .assume_not_null(),
        )
        .filter(postings::procedures.is_null().or(named))
        .filter(postings::role.eq(role))
        .filter(holds_on(day))
        .select(postings::staff_id)
        .load(conn)
        .await?;
    Ok(holders.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn held(valid_from: &str, valid_until: Option<&str>) -> Held {
        Held {
            valid_until: valid_until.map(day),
            ..Held::of(Reach::whole(None), Role::Reviewer, day(valid_from))
        }
    }

    #[test]
    fn a_posting_taken_away_ends_today() {
        let today = day("2026-11-24");
        assert_eq!(held("2026-04-01", None).end(today), Some(today));
        assert_eq!(held("2026-11-24", None).end(today), Some(today));
        let longer = held("2026-04-01", Some("2027-04-01"));
        assert_eq!(longer.end(today), Some(today));
    }

    #[test]
    fn a_posting_that_has_not_begun_never_holds() {
        let (today, first) = (day("2026-11-24"), day("2027-04-01"));
        assert_eq!(held("2027-04-01", None).end(today), Some(first));
        assert_eq!(held("2027-04-01", Some("2027-04-01")).end(today), None);
    }

    #[test]
    fn a_posting_that_is_over_keeps_its_end() {
        let today = day("2026-11-24");
        assert_eq!(held("2026-04-01", Some("2026-10-01")).end(today), None);
        assert_eq!(held("2026-04-01", Some("2026-11-24")).end(today), None);
    }

    #[test]
    fn a_posting_is_known_by_department_procedures_role_and_first_day() {
        let first = day("2026-04-01");
        let wanted = |reach| Wanted {
            reach,
            role: Role::Reviewer,
            valid_from: first,
            valid_until: None,
        };
        let held = |valid_from| Held::of(Reach::whole(None), Role::Reviewer, valid_from);
        assert!(held(first).is(&wanted(Reach::whole(None))));
        assert!(!held(day("2026-04-02")).is(&wanted(Reach::whole(None))));
        let department = DepartmentId::from(Uuid::from_u128(2));
        assert!(!held(first).is(&wanted(Reach::whole(Some(department)))));
        assert!(!held(first).is(&wanted(Reach {
            department: None,
            procedures: Some(vec![Uuid::from_u128(3)]),
        })));
    }

    #[test]
    fn a_posting_holds_from_its_first_day_until_the_day_before_its_end() {
        let posting = held("2026-04-01", Some("2027-04-01"));
        for (on, holds) in [
            ("2026-03-31", false),
            ("2026-04-01", true),
            ("2027-03-31", true),
            ("2027-04-01", false),
        ] {
            assert_eq!(posting.holds_on(day(on)), holds, "{on}");
        }
    }
}
