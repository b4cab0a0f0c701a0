//! The postings that an account gives its owner.

use chrono::NaiveDate;
use diesel_async::AsyncConnection as _;
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Code, Error, Result};

use super::Administrator;
use crate::local::model::{NewPosting, StaffAccount};
use crate::model::unwritable;
use crate::organisation::{Fault, Held, Places, Wanted, Written};
use crate::person::{Role, StaffId};
use crate::scope::Reach;

impl Administrator {
    /// Makes the account's postings these: what is not among them ends today, what is new begins. Those that the staff file
    /// gave stay the file's.
    ///
    /// # Errors
    /// `not_found`, `validation_failed`, `forbidden` beyond what they administer.
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
            for posting in &wanted {
                roster.give(conn, posting).await?;
            }
            self.managed(conn, id).await
        })
        .await
    }

    /// The postings with whom they concern; nobody gives what they do not administer.
    pub(super) async fn resolve(
        &self,
        conn: &mut AsyncPgConnection,
        postings: &[NewPosting],
        held: &[Held],
    ) -> Result<Vec<Wanted>> {
        let all: Vec<_> = postings.iter().map(written).collect();
        let places = Places::load(conn, &all).await?;
        let mut errors = Vec::new();
        let mut wanted: Vec<Wanted> = Vec::with_capacity(postings.len());
        for (index, posting) in postings.iter().enumerate() {
            let found = places.reach(written(posting));
            let reach = found.unwrap_or_else(|faults| {
                errors.extend(faults.into_iter().map(|fault| unfit(index, fault)));
                Reach::whole(None)
            });
            let new = self.wanted(posting, reach, held);
            errors.extend(period_error(index, new.valid_from, new.valid_until));
            if wanted.iter().any(|other| new.is(other)) {
                let message = "同じ課・手続の同じ役割が、同じ日から二度入っています。";
                let pointer = format!("/postings/{index}");
                errors.push(FieldError::new(pointer, "duplicate", message));
            }
            wanted.push(new);
        }
        if !errors.is_empty() {
            return Err(Error::validation(errors));
        }
        self.check_reach(&wanted)?;
        Ok(wanted)
    }

    /// One without a first day goes on if it holds already, and begins today otherwise.
    fn wanted(&self, posting: &NewPosting, reach: Reach, held: &[Held]) -> Wanted {
        let today = calendar::jst_date(self.now);
        let goes_on = held
            .iter()
            .find(|held| held.holds_on(today) && held.reach == reach && held.role == posting.role);
        let began = goes_on.map_or(today, |held| held.valid_from);
        Wanted {
            reach,
            role: posting.role,
            valid_from: posting.valid_from.unwrap_or(began),
            valid_until: posting.valid_until,
        }
    }

    fn check_reach(&self, wanted: &[Wanted]) -> Result<()> {
        let scope = self.staff.scope();
        let administers = |wanted: &Wanted| match wanted.role {
            // A registrar's posting is the whole city's wherever it stands.
            Role::Registrar => scope.contains(&Reach::whole(None)),
            _ => scope.contains(&wanted.reach),
        };
        if wanted.iter().all(administers) {
            return Ok(());
        }
        Err(Error::new(Code::Forbidden).because("a posting beyond one's own"))
    }
}

fn written(posting: &NewPosting) -> Written<'_> {
    Written {
        department: posting.department.as_deref(),
        procedures: posting.procedures.as_deref(),
        role: posting.role,
        valid_until: posting.valid_until,
    }
}

fn unfit(index: usize, fault: Fault<'_>) -> FieldError {
    let at = |name: &str| format!("/postings/{index}/{name}");
    match fault {
        Fault::UnknownDepartment(_) | Fault::Dissolved(_) => {
            let message = "この課は登録されていないか、廃止されています。";
            FieldError::new(at("department"), "unknown_department", message)
        }
        Fault::UnknownProcedure(place, _) => {
            let message = "このコードの手続は登録されていません。";
            let pointer = at(&format!("procedures/{place}"));
            FieldError::new(pointer, "unknown_procedure", message)
        }
        Fault::LimitedRegistrar => {
            let message = "利用登録担当は、手続に限ることができません。";
            FieldError::new(at("procedures"), "not_divisible", message)
        }
        Fault::ProcedureCount => {
            let message = "手続に限るときは、1件から100件までを指定してください。";
            FieldError::new(at("procedures"), "out_of_range", message)
        }
    }
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
