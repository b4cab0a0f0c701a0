//! 延期: the day that law sets for a decision is put off, once, and the applicant is told why and until when
//! (介護保険法27条11項 and others like it).

use calendar::{is_writable, jst_date};
use chrono::{Days, NaiveDate};
use forms::{PublishedForm, StatutoryLimit};
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Error, Result};

use crate::decide::Act;
use crate::model::ExtensionRequest;
use crate::notices::{self, Notice};
use crate::sealing::Column;
use crate::state::{Event, IllegalTransition};
use crate::store::{self, Application, Extension};

/// Days after the limit by which a decision must be expected.
const MOST_DAYS: u64 = 366;

/// The limit that can be extended today, or why none can.
pub(crate) fn extendable(
    limit: Option<&StatutoryLimit>,
    application: &Application,
    before: Option<&Extension>,
    today: NaiveDate,
) -> Result<NaiveDate, &'static str> {
    if before.is_some() {
        return Err("期限は、すでに一度延期しています。");
    }
    let may = limit.is_some_and(|limit| limit.extendable);
    match application.limit_on {
        Some(day) if may && day < today => {
            Err("法律の定める期限が過ぎているため、延期できません。")
        }
        Some(day) if may => Ok(day),
        _ => Err("この手続には、延期できる期限がありません。"),
    }
}

impl Act<'_> {
    /// Puts the limit off and tells the applicant.
    ///
    /// # Errors
    /// `illegal_transition` where the version has no limit that can be extended, it was extended before, or it has passed; 422 for
    /// a day that is not after it, or long after it.
    pub(crate) async fn extend(
        mut self,
        conn: &mut AsyncPgConnection,
        asked: &ExtensionRequest,
    ) -> Result<Application> {
        self.must_allow(Event::Extend)?;
        let version = self.application.form_version_id;
        let form = self.forms.version(conn, version).await?;
        let limit = form.definition.policy.statutory_limit.as_ref();
        let before = store::extension(conn, self.application.id).await?;
        let today = jst_date(self.now);
        let former = extendable(limit, &self.application, before.as_ref(), today);
        let former = former.map_err(|why| self.refused(why))?;
        check_day(asked.expected_on, former)?;
        let extension = Extension {
            application_id: self.application.id,
            former_limit_on: former,
            expected_on: asked.expected_on,
            extended_by: self.clerk.id,
            extended_at: self.now,
        };
        self.application.limit_on = Some(asked.expected_on);
        self.application.due_on = self.application.due_on.max(Some(asked.expected_on));
        let sealed = Column::Reason.seal(self.keys, self.application.id, &asked.reason)?;
        self.happen_because(conn, Event::Extend, Some(sealed))
            .await?;
        store::insert_extension(conn, &extension).await?;
        self.tell_extension(conn, &form, &extension, &asked.reason)
            .await?;
        Ok(self.application)
    }

    fn refused(&self, why: &'static str) -> Error {
        let Application { status, kind, .. } = self.application;
        let allowed = status.allowed_events(kind);
        Error::from(IllegalTransition { allowed }).detail(why)
    }

    async fn tell_extension(
        &self,
        conn: &mut AsyncPgConnection,
        form: &PublishedForm,
        extension: &Extension,
        reason: &str,
    ) -> Result<()> {
        let application = &self.application;
        let procedure = self.forms.procedure(conn, application.procedure_id).await?;
        let submission = store::submission_of(conn, application.id).await?;
        let number = &submission.reference_number;
        let words = notices::extended(&procedure, form, number, extension, reason);
        let addressee = self.addressee(conn, &submission).await?;
        let consent = submission.electronic_notice_consent;
        let actor = self.clerk.actor();
        let notice = Notice::formal("application-extended", words, actor, (consent, addressee));
        notice.deliver(conn, self.keys, application, self.now).await
    }
}

fn check_day(expected_on: NaiveDate, limit: NaiveDate) -> Result<()> {
    let (code, message) = if expected_on <= limit {
        let day = limit.format("%Y年%-m月%-d日");
        (
            "not_after_limit",
            format!("今の期限（{day}）より後の日にしてください。"),
        )
    } else if !is_writable(expected_on) || limit + Days::new(MOST_DAYS) < expected_on {
        (
            "too_far",
            "今の期限から1年以内の日にしてください。".to_owned(),
        )
    } else {
        return Ok(());
    };
    Err(Error::validation(vec![FieldError::new(
        "/expected_on",
        code,
        message,
    )]))
}
