//! How an application ends: a notification is recorded, a decision is delivered, the applicant withdraws.

use audit::Actor;
use auth::Resident;
use chrono::{DateTime, Utc};
use digital_post::{Class, Message, Route};
use documents::notice::DecisionNotice;
use jobs::{Job, Lease};
use keys::Keys;
use platform::extract::{IfMatch, RequestId};
use platform::{AsyncPgConnection, Clock, Error, Result};
use serde::{Deserialize, Serialize};

use crate::decide::Act;
use crate::model::ApplicationId;
use crate::sealing::Column;
use crate::state::{Event, Status};
use crate::store::{self, Application};
use crate::transition::{Happening, transition};
use crate::{identity, notices};

/// The promise to deliver a decision, made in the transaction that took it.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeliverDecision {
    /// Which application was decided.
    pub application_id: ApplicationId,
}

impl Job for DeliverDecision {
    const KIND: &'static str = "applications.deliver_decision";

    fn deduplication_key(&self) -> String {
        self.application_id.to_string()
    }
}

/// Delivers the decision: to the digital post where the applicant asked for that when filing
/// (デジタル手続法7条1項但書), on paper otherwise. Takes the job away in the same transaction.
///
/// # Errors
/// When the database refuses; the job is tried again then.
pub async fn deliver_decision(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    lease: &Lease,
    clock: &Clock,
) -> Result<()> {
    let DeliverDecision { application_id } = lease.job()?;
    let mut application = store::lock(conn, application_id).await?;
    if application.status == Status::Decided {
        let now = clock.legal_now(conn).await?;
        let message = decision_message(conn, keys, &application).await?;
        message.deliver(conn, keys, &application, now).await?;
        let happening = Happening {
            event: Event::Deliver,
            actor: Actor::System,
            sealed_reason: None,
            request: None,
            now,
        };
        transition(conn, &mut application, happening).await?;
    }
    lease.complete(conn).await
}

/// A message about an application, to its applicant.
pub(crate) struct Notice {
    pub(crate) class: Class,
    pub(crate) route: Route,
    pub(crate) title: String,
    pub(crate) body: String,
    /// What it is sent on; each occasion has one message.
    pub(crate) occasion: String,
    pub(crate) actor: Actor,
}

impl Notice {
    pub(crate) async fn deliver(
        self,
        conn: &mut AsyncPgConnection,
        keys: &Keys,
        application: &Application,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let message = Message {
            resident: application.applicant_id,
            class: self.class,
            route: self.route,
            sender_department: application.department_id,
            subject_ref: "",
            link: Some(&notices::link(application.id)),
            title: self.title,
            body: self.body,
            deduplication_key: &format!("{}:{}", self.occasion, application.id),
            actor: self.actor,
        };
        digital_post::deliver(conn, keys, message, now).await?;
        Ok(())
    }
}

async fn decision_message(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    application: &Application,
) -> Result<Notice> {
    let submission = store::submission_of(conn, application.id).await?;
    let decided = store::decision(conn, application.id).await?;
    let (decision, _) = decided.ok_or_else(|| Error::internal("decided without a decision"))?;
    let notice: DecisionNotice =
        Column::Notice.open(keys, application.id, &decision.sealed_notice)?;
    let (route, body) = if submission.electronic_notice_consent {
        (Route::Digital, notice.body())
    } else {
        let addressee = identity::of(keys, &submission)?;
        (Route::Paper, notices::addressed(&addressee, &notice.body()))
    };
    Ok(Notice {
        class: Class::Formal,
        route,
        title: notice.title(),
        body,
        occasion: "application-decided".to_owned(),
        actor: Actor::System,
    })
}

impl Act<'_> {
    /// Records a checked notification (届出), which ends it, and tells the applicant.
    ///
    /// # Errors
    /// `illegal_transition` when it is not a notification under check.
    pub(crate) async fn complete(mut self, conn: &mut AsyncPgConnection) -> Result<Application> {
        self.happen(conn, Event::Complete).await?;
        let application = &self.application;
        let procedure = self.forms.procedure(conn, application.procedure_id).await?;
        let submission = store::submission_of(conn, application.id).await?;
        let (title, body) = notices::recorded(&procedure, &submission.reference_number);
        let notice = Notice {
            class: Class::Info,
            route: Route::Digital,
            title,
            body,
            occasion: "application-completed".to_owned(),
            actor: self.clerk.actor(),
        };
        notice
            .deliver(conn, self.keys, application, self.now)
            .await?;
        Ok(self.application)
    }
}

/// 取下げ, as asked for.
pub(crate) struct Withdrawal<'a> {
    pub(crate) resident: &'a Resident,
    pub(crate) id: ApplicationId,
    pub(crate) expected: IfMatch,
    pub(crate) reason: &'a str,
    pub(crate) request: RequestId,
    pub(crate) keys: &'a Keys,
    pub(crate) clock: &'a Clock,
}

/// The applicant takes a filed application back before it is decided.
///
/// # Errors
/// 404 when it is not theirs, 412 when it has changed meanwhile, 409 when it is decided or still a draft.
pub(crate) async fn withdraw(
    conn: &mut AsyncPgConnection,
    asked: &Withdrawal<'_>,
) -> Result<Application> {
    let mut application = store::lock_own(conn, asked.id, asked.resident.id).await?;
    asked.expected.check(application.version)?;
    let happening = Happening {
        event: Event::Withdraw,
        actor: asked.resident.actor(),
        sealed_reason: Some(Column::Reason.seal(asked.keys, asked.id, &asked.reason)?),
        request: Some(asked.request),
        now: asked.clock.legal_now(conn).await?,
    };
    transition(conn, &mut application, happening).await?;
    Ok(application)
}
