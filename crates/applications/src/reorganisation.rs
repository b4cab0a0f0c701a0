//! 組織改編: planned by an administrator, carried out by the worker when its day begins.

mod carry_out;
mod check;
mod store;

use auth::Staff;
use auth::organisation::{Department, count_postings, import_departments};
use calendar::{jst_date, start_of_jst_day};
use chrono::{DateTime, Utc};
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Code, Error, Result};
use serde_json::{Value, json};

use crate::model::{Reorganisation, ReorganisationEffect, ReorganisationId, ReorganisationPlan};
use crate::store::count_open_cases;

pub use carry_out::{CarryOutReorganisation, HandOverCases, HandingOver, Reorganising};
use check::{Known, Moves};
pub(crate) use store::list;

/// An administrator of the whole city, planning.
pub(crate) struct Planning<'a> {
    pub(crate) staff: &'a Staff,
    pub(crate) request: RequestId,
    pub(crate) now: DateTime<Utc>,
}

impl Planning<'_> {
    /// What the plan would do if its day were today.
    ///
    /// # Errors
    /// `forbidden` to administrators of some departments; `validation_failed` with what is wrong in the plan.
    pub(crate) async fn effect(
        &self,
        conn: &mut AsyncPgConnection,
        plan: &ReorganisationPlan,
    ) -> Result<ReorganisationEffect> {
        let known = self.checked(conn, plan).await?;
        let moves = Moves::of(plan, &known);
        let mut postings = 0;
        for dissolution in &plan.dissolved {
            let department = known.department(&dissolution.department)?;
            postings += count_postings(conn, department, plan.effective_on).await?;
        }
        Ok(ReorganisationEffect {
            procedures: moves.procedures().len(),
            open_cases: count_open_cases(conn, moves.procedures()).await?,
            postings,
        })
    }

    /// What the plan was judged by, if nothing is wrong with it.
    async fn checked(
        &self,
        conn: &mut AsyncPgConnection,
        plan: &ReorganisationPlan,
    ) -> Result<Known> {
        self.check_reach()?;
        let known = Known::load(conn).await?;
        check::check(plan, &known, jst_date(self.now))?;
        Ok(known)
    }

    /// Keeps the plan and promises its day; its new departments are known at once.
    ///
    /// # Errors
    /// As [`Self::effect`].
    pub(crate) async fn plan(
        &self,
        conn: &mut AsyncPgConnection,
        plan: ReorganisationPlan,
    ) -> Result<Reorganisation> {
        self.check_reach()?;
        store::take_turn(conn).await?;
        self.checked(conn, &plan).await?;
        let departments = plan.departments.iter().cloned().map(|new| Department {
            code: new.code,
            name: new.name,
        });
        let departments: Vec<_> = departments.collect();
        let administrator = (self.staff.actor(), Some(self.request));
        import_departments(conn, &departments, administrator, self.now).await?;
        let reorganisation = Reorganisation {
            id: ReorganisationId::new(self.now),
            plan,
            planned_at: self.now,
            carried_out_at: None,
        };
        store::insert(conn, &reorganisation, self.staff.id).await?;
        let promise = CarryOutReorganisation {
            id: reorganisation.id,
        };
        let begins = start_of_jst_day(reorganisation.plan.effective_on);
        jobs::enqueue(conn, &promise, begins).await?;
        let detail = serde_json::to_value(&reorganisation.plan)?;
        self.record(conn, "reorganisation.plan", reorganisation.id, detail)
            .await?;
        Ok(reorganisation)
    }

    /// Gives a plan up. Its new departments stay: postings there may have been given.
    ///
    /// # Errors
    /// `forbidden`; `not_found`; `illegal_transition` when it has been carried out.
    pub(crate) async fn cancel(
        &self,
        conn: &mut AsyncPgConnection,
        id: ReorganisationId,
    ) -> Result<()> {
        self.check_reach()?;
        let found = store::lock(conn, id).await?;
        let found = found.ok_or_else(|| Error::new(Code::NotFound))?;
        if found.carried_out_at.is_some() {
            return Err(Code::IllegalTransition.into());
        }
        store::delete(conn, id).await?;
        self.record(conn, "reorganisation.cancel", id, json!({}))
            .await
    }

    /// A reorganisation concerns the whole city.
    fn check_reach(&self) -> Result<()> {
        match self.staff.scope().departments() {
            None => Ok(()),
            Some(_) => Err(Error::new(Code::Forbidden).because("an administrator of departments")),
        }
    }

    async fn record(
        &self,
        conn: &mut AsyncPgConnection,
        action: &'static str,
        id: ReorganisationId,
        detail: Value,
    ) -> Result<()> {
        let entry = audit::Entry {
            occurred_at: self.now,
            actor: self.staff.actor(),
            action,
            object_kind: "reorganisation",
            object_id: Some(id.as_uuid()),
            request_id: Some(self.request),
            detail,
        };
        audit::record(conn, entry).await
    }
}
