//! The postings that an account gives its owner.

use chrono::NaiveDate;
use diesel_async::AsyncConnection as _;
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Code, Error, Result};

use super::Administrator;
use crate::departments;
use crate::local::model::{NewPosting, StaffAccount};
use crate::model::unwritable;
use crate::organisation::{Held, Wanted};
use crate::person::{Role, StaffId};

impl Administrator {
    /// Makes the account's postings these: what is not among them ends today, what is new begins. Those that the staff file
    /// gave stay the file's.
    ///
    /// # Errors
    /// `not_found`, `validation_failed`, `forbidden` beyond the administrator's departments.
    pub(crate) async fn set_postings(
        &self,
        id: StaffId,
        postings: &[NewPosting],
    ) -> Result<StaffAccount> {
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            self.lock(conn, id).await?;
            let roster = self.roster(id);
            let held = roster.held(conn).await?;
            let wanted = self.resolve(conn, postings, &held).await?;
            for posting in held
                .iter()
                .filter(|held| !wanted.iter().any(|wanted| held.is(wanted)))
            {
                roster.end(conn, posting).await?;
            }
            for posting in wanted {
                roster.give(conn, posting).await?;
            }
            self.managed(conn, id).await
        })
        .await
    }

    /// The postings with their departments; nobody gives what they do not administer. One without a first day goes on if it
    /// holds already, and begins today otherwise.
    pub(super) async fn resolve(
        &self,
        conn: &mut AsyncPgConnection,
        postings: &[NewPosting],
        held: &[Held],
    ) -> Result<Vec<Wanted>> {
        let today = calendar::jst_date(self.now);
        let codes = postings
            .iter()
            .filter_map(|posting| posting.department.as_deref());
        let known = departments::by_codes(conn, codes).await?;
        let mut errors = Vec::new();
        let mut wanted = Vec::with_capacity(postings.len());
        for (index, posting) in postings.iter().enumerate() {
            let code = posting.department.as_ref();
            let known = code.and_then(|code| known.get(code));
            let known = known.filter(|known| known.lasts(posting.valid_until));
            let department = known.map(|known| known.id);
            if code.is_some() && department.is_none() {
                errors.push(unknown_department(index));
            }
            let goes_on = held.iter().find(|held| {
                held.holds_on(today)
                    && (held.department_id, held.role) == (department, posting.role)
            });
            let began = goes_on.map_or(today, |held| held.valid_from);
            let valid_from = posting.valid_from.unwrap_or(began);
            errors.extend(period_error(index, valid_from, posting.valid_until));
            let posting = Wanted {
                department,
                role: posting.role,
                valid_from,
                valid_until: posting.valid_until,
            };
            if wanted.iter().any(|other| posting.is(other)) {
                let message = "同じ課の同じ役割が、同じ日から二度入っています。";
                let pointer = format!("/postings/{index}");
                errors.push(FieldError::new(pointer, "duplicate", message));
            }
            wanted.push(posting);
        }
        if !errors.is_empty() {
            return Err(Error::validation(errors));
        }
        self.check_reach(&wanted)?;
        Ok(wanted)
    }

    fn check_reach(&self, wanted: &[Wanted]) -> Result<()> {
        let scope = self.staff.scope();
        let administers = |wanted: &Wanted| match wanted.department {
            // A registrar's posting is the whole city's wherever it stands.
            Some(department) if wanted.role != Role::Registrar => scope.covers(department),
            _ => scope.departments().is_none(),
        };
        if wanted.iter().all(administers) {
            return Ok(());
        }
        Err(Error::new(Code::Forbidden).because("a posting beyond one's departments"))
    }
}

fn unknown_department(index: usize) -> FieldError {
    let pointer = format!("/postings/{index}/department");
    let message = "この課は登録されていないか、廃止されています。";
    FieldError::new(pointer, "unknown_department", message)
}

fn period_error(index: usize, first: NaiveDate, end: Option<NaiveDate>) -> Option<FieldError> {
    let at = |name| format!("/postings/{index}/{name}");
    for (name, day) in [("valid_from", Some(first)), ("valid_until", end)] {
        if let Some(error) = unwritable(&at(name), day) {
            return Some(error);
        }
    }
    let message = "終わりの日は、始まりの日より後にしてください。";
    end.is_some_and(|end| end <= first)
        .then(|| FieldError::new(at("valid_until"), "before_valid_from", message))
}
