//! A draft that nobody saves goes with its files, and never without its owner having been told in time.

use audit::{Actor, Entry};
use calendar::jst_date;
use chrono::{DateTime, Days, NaiveDate, Utc};
use diesel_async::AsyncConnection as _;
use forms::{Forms, PublishedForm};
use keys::Keys;
use platform::{AsyncPgConnection, Result};
use serde_json::json;

use crate::draft::delete_draft;
use crate::notices::{self, Notice};
use crate::store::{self, Application};

/// From the warning to the day on which the draft goes.
const WARNED_AHEAD: Days = Days::new(14);

/// What becomes of a draft today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing yet.
    Wait,
    /// Its owner is told that it goes on this day.
    Warn { expires_on: NaiveDate },
    /// It goes.
    Delete,
}

/// However late the warning comes, all of its time is left after it.
fn step(expires_on: NaiveDate, warned_on: Option<NaiveDate>, today: NaiveDate) -> Step {
    let earliest = today + WARNED_AHEAD;
    match warned_on {
        None if expires_on <= earliest => Step::Warn {
            expires_on: earliest,
        },
        Some(_) if expires_on <= today => Step::Delete,
        _ => Step::Wait,
    }
}

/// The day on which a draft saved today goes.
pub(crate) fn expires_on(form: &PublishedForm, today: NaiveDate) -> NaiveDate {
    today + Days::new(u64::from(form.definition.policy.draft_days()))
}

impl Application {
    /// Counts the days of a draft anew: its owner has just saved it.
    pub(crate) fn put_off_expiry(&mut self, form: &PublishedForm, now: DateTime<Utc>) {
        self.expires_on = Some(expires_on(form, jst_date(now)));
        self.expiry_warned_on = None;
    }
}

/// Warns of every draft that goes in fourteen days or less, and deletes those whose day has come after the warning; answers how many
/// went. Any number of processes may do it at once.
///
/// # Errors
/// When the database cannot be read or written; what has been done stays done.
pub async fn expire_drafts(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    now: DateTime<Utc>,
) -> Result<usize> {
    let mut deleted = 0;
    let today = jst_date(now);
    loop {
        let due = store::drafts_near_expiry(conn, today, today + WARNED_AHEAD).await?;
        if due.is_empty() {
            return Ok(deleted);
        }
        for id in due {
            deleted += conn
                .transaction(async |conn| match store::lock_draft(conn, id).await? {
                    Some(draft) => expire(conn, keys, forms, draft, now).await,
                    None => Ok(0),
                })
                .await?;
        }
    }
}

/// Takes the step of a locked draft; answers how many were deleted.
async fn expire(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    mut draft: Application,
    now: DateTime<Utc>,
) -> Result<usize> {
    let today = jst_date(now);
    let Some(expires_on) = draft.expires_on else {
        return Ok(0);
    };
    match step(expires_on, draft.expiry_warned_on, today) {
        Step::Wait => Ok(0),
        Step::Warn { expires_on } => {
            draft.expires_on = Some(expires_on);
            draft.expiry_warned_on = Some(today);
            store::save(conn, &draft).await?;
            warn(conn, keys, forms, &draft, expires_on, now).await?;
            Ok(0)
        }
        Step::Delete => {
            delete_draft(conn, draft.id, now).await?;
            record(conn, &draft, now).await?;
            Ok(1)
        }
    }
}

async fn warn(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    draft: &Application,
    expires_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    let procedure = forms.procedure(conn, draft.procedure_id).await?;
    let words = notices::draft_expires(&procedure, expires_on);
    // A draft saved after one warning is warned of again.
    let occasion = format!("draft-expires-{expires_on}");
    let notice = Notice::info(occasion, words, Actor::System);
    notice.deliver(conn, keys, draft, now).await
}

async fn record(
    conn: &mut AsyncPgConnection,
    draft: &Application,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = Entry {
        occurred_at: now,
        actor: Actor::System,
        action: "application.expire_draft",
        object_kind: "application",
        object_id: Some(draft.id.as_uuid()),
        request_id: None,
        detail: json!({"expires_on": draft.expires_on, "warned_on": draft.expiry_warned_on}),
    };
    audit::record(conn, entry).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap() + Days::new(number)
    }

    #[test]
    fn a_draft_is_warned_of_fourteen_days_before_it_goes() {
        assert_eq!(step(day(90), None, day(75)), Step::Wait);
        let expires_on = day(90);
        assert_eq!(step(day(90), None, day(76)), Step::Warn { expires_on });
        assert_eq!(step(day(90), Some(day(76)), day(89)), Step::Wait);
        assert_eq!(step(day(90), Some(day(76)), day(90)), Step::Delete);
    }

    proptest! {
        /// The worker looks on some days and not on others, the owner saves on some; both in any order.
        #[test]
        fn no_draft_goes_early_or_without_its_warning(
            days in 15u64..200,
            looks in proptest::collection::vec((1u64..120, any::<bool>()), 1..60),
        ) {
            let (mut today, mut saved, mut expires_on, mut warned_on) = (0, 0, day(days), None);
            for (passed, saves) in looks {
                today += passed;
                if saves {
                    (saved, expires_on, warned_on) = (today, day(today + days), None);
                }
                match step(expires_on, warned_on, day(today)) {
                    Step::Wait => prop_assert!(day(today) < expires_on),
                    Step::Warn { expires_on: on } => {
                        prop_assert!(on >= expires_on && on >= day(saved + days));
                        (expires_on, warned_on) = (on, Some(day(today)));
                    }
                    Step::Delete => {
                        let warned_on = warned_on.unwrap();
                        prop_assert!(day(today) >= warned_on + WARNED_AHEAD);
                        prop_assert!(day(today) >= day(saved + days));
                        break;
                    }
                }
            }
        }
    }
}
