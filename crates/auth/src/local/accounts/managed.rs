//! Which accounts are an administrator's: all of them, or those whose postings all lie within what they administer.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{IntoBoxed, Select, exists, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::local::model::{AccountState, StaffAccount};
use crate::organisation::is_not_over;
use crate::person::{Role, StaffId};
use crate::schema::{local_accounts, postings, staff_invitations, staff_members};
use crate::scope::{Reach, Scope};

/// Which of them are asked for.
#[derive(Clone, Copy)]
pub(super) enum Which<'a> {
    /// This one.
    One(StaffId),
    /// So many by login name, after the one that is named.
    After(Option<&'a str>, i64),
}

#[derive(Queryable)]
struct Row {
    id: StaffId,
    login_name: String,
    display_name: String,
    disabled_at: Option<DateTime<Utc>>,
    password_hash: Option<String>,
    invited_until: Option<DateTime<Utc>>,
}

impl Row {
    fn view(self, now: DateTime<Utc>) -> StaffAccount {
        let invited_until = self.invited_until.filter(|until| *until > now);
        let state = match (self.disabled_at, self.password_hash, invited_until) {
            (Some(_), _, _) => AccountState::Disabled,
            (None, Some(_), _) => AccountState::Active,
            (None, None, Some(_)) => AccountState::Invited,
            (None, None, None) => AccountState::Lapsed,
        };
        StaffAccount {
            id: self.id,
            login_name: self.login_name,
            display_name: self.display_name,
            state,
            invited_until,
        }
    }
}

pub(super) async fn load(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
    which: Which<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<StaffAccount>> {
    let mut query = local_accounts::table
        .inner_join(staff_members::table)
        .left_join(
            staff_invitations::table.on(staff_invitations::staff_id.eq(local_accounts::staff_id)),
        )
        .select((
            local_accounts::staff_id,
            staff_members::subject,
            staff_members::display_name,
            staff_members::disabled_at,
            local_accounts::password_hash,
            staff_invitations::expires_at.nullable(),
        ))
        .order(staff_members::subject)
        .into_boxed();
    query = match which {
        Which::One(id) => query.filter(local_accounts::staff_id.eq(id)),
        Which::After(None, limit) => query.limit(limit),
        Which::After(Some(name), limit) => query
            .filter(staff_members::subject.gt(name.to_owned()))
            .limit(limit),
    };
    if !scope.contains(&Reach::whole(None)) {
        let today = calendar::jst_date(now);
        query = query
            .filter(local_accounts::staff_id.eq_any(within(scope, today)))
            .filter(local_accounts::staff_id.ne_all(beyond(scope, today)));
    }
    let rows: Vec<Row> = query.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.view(now)).collect())
}

/// Whether a member of staff, with an account or without, is theirs.
pub(super) async fn reaches(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
    id: StaffId,
    now: DateTime<Utc>,
) -> Result<bool> {
    if scope.contains(&Reach::whole(None)) {
        return Ok(true);
    }
    let today = calendar::jst_date(now);
    let theirs = staff_members::table
        .find(id)
        .filter(staff_members::id.eq_any(within(scope, today)))
        .filter(staff_members::id.ne_all(beyond(scope, today)));
    Ok(diesel::select(exists(theirs)).get_result(conn).await?)
}

type Holders = IntoBoxed<'static, Select<postings::table, postings::staff_id>, Pg>;

/// Whoever holds a posting within the scope, now or later.
fn within(scope: &Scope, today: NaiveDate) -> Holders {
    holders(today).filter(lies_in(scope))
}

/// Whoever holds one that is not; a registrar's is the whole city's wherever it stands.
fn beyond(scope: &Scope, today: NaiveDate) -> Holders {
    let is_registrar = postings::role.eq(Role::Registrar);
    holders(today).filter(not(lies_in(scope)).or(is_registrar))
}

type Condition = Box<dyn BoxableExpression<postings::table, Pg, SqlType = Bool>>;

/// Whether one part of the scope contains the whole posting. Never null, so that its contrary is its contrary.
fn lies_in(scope: &Scope) -> Condition {
    let nowhere: Condition = Box::new(false.into_sql::<Bool>());
    let parts = scope.parts().iter().map(lies_in_part);
    parts.fold(nowhere, |one, other| Box::new(one.or(other)))
}

fn lies_in_part(part: &Reach) -> Condition {
    let department: Condition = match part.department {
        None => Box::new(true.into_sql::<Bool>()),
        Some(id) => Box::new(postings::department_id.is_not_distinct_from(id)),
    };
    let Some(procedures) = part.procedures.clone() else {
        return department;
    };
    let named = postings::procedures
        .assume_not_null()
        .is_contained_by(procedures);
    Box::new(department.and(postings::procedures.is_not_null().and(named)))
}

fn holders(today: NaiveDate) -> Holders {
    postings::table
        .select(postings::staff_id)
        .into_boxed()
        .filter(is_not_over(today))
}
