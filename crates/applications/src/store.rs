//! Applications in the database.

mod approvals;
mod attachments;
mod corrections;
mod decisions;
mod drafts;
mod earlier;
mod extensions;
mod hand_over;
mod lists;
mod own;
mod provenance;
mod relinked;
mod submissions;

use auth::mandates::MandateId;
use auth::{DepartmentId, ResidentId, Staff, StaffId};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use forms::{FormVersionId, ProcedureId, ProcedureKind};
use kpi::Channel;
use platform::{AsyncPgConnection, Code, Prepared, Result};
use uuid::Uuid;

use crate::model::ApplicationId;
use crate::schema::{application_events, applications};
use crate::state::{Event, Status};

pub(crate) use approvals::{Approval, insert_approval, list_approvals};
pub(crate) use attachments::{
    Attachment, attachment, count_attachments, delete_attachment, insert_attachment,
    list_attachments,
};
pub(crate) use corrections::{
    Correction, insert_correction, list_corrections, open_correction, save_correction,
};
pub(crate) use decisions::{
    Decision, Proposal, decision, insert_decision, insert_proposal, newest_proposal,
};
pub(crate) use drafts::{
    drafts_near_expiry, drafts_on, lock_draft, lock_drafts, versions_of_drafts,
};
pub(crate) use earlier::{EarlierFiling, list_earlier};
pub(crate) use extensions::{Extension, extension, insert_extension};
pub(crate) use hand_over::{
    cases_asking, count_open_cases, hand_over_closed, open_cases_elsewhere,
};
pub(crate) use lists::{OwnLine, QueueFilter, QueueLine, list_own, list_queue};
pub(crate) use own::{FilingRow, OwnCase, load_own_case};
pub(crate) use provenance::{provenance, save_provenance};
pub(crate) use relinked::move_resident;
pub(crate) use submissions::{Submission, insert_submission, submission, submission_of};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub(crate) struct Application {
    pub(crate) id: ApplicationId,
    pub(crate) procedure_id: ProcedureId,
    pub(crate) form_version_id: FormVersionId,
    pub(crate) department_id: DepartmentId,
    pub(crate) kind: ProcedureKind,
    pub(crate) applicant_id: ResidentId,
    pub(crate) subject_id: ResidentId,
    pub(crate) actor_id: Uuid,
    pub(crate) mandate_id: Option<MandateId>,
    pub(crate) channel: Channel,
    pub(crate) status: Status,
    pub(crate) version: i32,
    pub(crate) sealed_answers: Vec<u8>,
    pub(crate) sealed_removed_answers: Option<Vec<u8>>,
    pub(crate) assignee_id: Option<StaffId>,
    pub(crate) arrived_at: Option<DateTime<Utc>>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    /// The day on which a draft goes, at the earliest until its owner has been warned.
    pub(crate) expires_on: Option<NaiveDate>,
    /// The day on which its owner was.
    pub(crate) expiry_warned_on: Option<NaiveDate>,
    /// Which answers the last saves of a draft have changed.
    pub(crate) sealed_recent_saves: Option<Vec<u8>>,
    /// 決裁待ち: the department whose approval the proposal waits for.
    pub(crate) approving_department_id: Option<DepartmentId>,
    /// 法定期限: the day by which law wants the decision, or the one that it was put off to.
    pub(crate) limit_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = application_events, treat_none_as_default_value = false)]
pub(crate) struct EventRow {
    pub(crate) application_id: ApplicationId,
    pub(crate) version: i32,
    pub(crate) event: Event,
    pub(crate) actor_kind: String,
    pub(crate) actor_id: Option<Uuid>,
    pub(crate) occurred_at: DateTime<Utc>,
    pub(crate) sealed_reason: Option<Vec<u8>>,
    pub(crate) mandate_id: Option<MandateId>,
}

/// Whose applications somebody may reach.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    pub(crate) id: ResidentId,
    /// Who looks: the owner, or who acts for them.
    pub(crate) reader: ResidentId,
    /// Of which procedures; none: of all.
    pub(crate) procedures: Option<Vec<ProcedureId>>,
}

impl Owner {
    /// Whether somebody acts for them.
    pub(crate) fn is_represented(&self) -> bool {
        self.id != self.reader
    }

    /// Whether applications of the procedure are among them.
    pub(crate) fn covers(&self, procedure: ProcedureId) -> bool {
        let procedures = self.procedures.as_ref();
        procedures.is_none_or(|procedures| procedures.contains(&procedure))
    }

    /// What is outside is as unknown as none.
    pub(super) fn reach(&self, found: Application) -> Result<Application> {
        if self.covers(found.procedure_id) {
            Ok(found)
        } else {
            Err(Code::NotFound.into())
        }
    }
}

pub(crate) async fn insert(conn: &mut AsyncPgConnection, row: &Application) -> Result<()> {
    diesel::insert_into(applications::table)
        .values((
            applications::id.eq(row.id),
            applications::procedure_id.eq(row.procedure_id),
            applications::form_version_id.eq(row.form_version_id),
            applications::department_id.eq(row.department_id),
            applications::kind.eq(row.kind),
            applications::applicant_id.eq(row.applicant_id),
            applications::subject_id.eq(row.subject_id),
            applications::actor_id.eq(row.actor_id),
            applications::mandate_id.eq(row.mandate_id),
            applications::channel.eq(row.channel),
            applications::status.eq(row.status),
            applications::version.eq(row.version),
            applications::sealed_answers.eq(&row.sealed_answers),
            applications::created_at.eq(row.created_at),
            applications::updated_at.eq(row.updated_at),
            applications::expires_on.eq(row.expires_on),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// How many drafts the resident has begun and not filed.
pub(crate) async fn count_drafts(conn: &mut AsyncPgConnection, owner: ResidentId) -> Result<i64> {
    Ok(applications::table
        .filter(applications::applicant_id.eq(owner))
        .filter(applications::status.eq(Status::Draft))
        .count()
        .get_result(conn)
        .await?)
}

/// The resident's own application; another's is as unknown as none.
pub(crate) async fn load_own(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
    owner: &Owner,
) -> Result<Application> {
    let found = applications::table
        .find(id)
        .filter(applications::applicant_id.eq(owner.id))
        .select(Application::as_select())
        .first(conn)
        .await?;
    owner.reach(found)
}

/// As [`load_own`], and nobody else changes it until the transaction ends.
pub(crate) async fn lock_own(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
    owner: &Owner,
) -> Result<Application> {
    let found = applications::table
        .find(id)
        .filter(applications::applicant_id.eq(owner.id))
        .for_update()
        .select(Application::as_select())
        .first(conn)
        .await?;
    owner.reach(found)
}

/// The application, whoever's it is.
pub(crate) async fn load(conn: &mut AsyncPgConnection, id: ApplicationId) -> Result<Application> {
    Ok(applications::table
        .find(id)
        .select(Application::as_select())
        .first(conn)
        .await?)
}

/// A filed application that is the clerk's to reach; others are as unknown as none, and so are drafts.
pub(crate) async fn load_case(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
    clerk: &Staff,
) -> Result<Application> {
    within(load(conn, id).await?, clerk)
}

/// As [`load_case`], and nobody else changes it until the transaction ends.
pub(crate) async fn lock_case(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
    clerk: &Staff,
) -> Result<Application> {
    within(lock(conn, id).await?, clerk)
}

/// As [`load`], and nobody else changes it until the transaction ends.
pub(crate) async fn lock(conn: &mut AsyncPgConnection, id: ApplicationId) -> Result<Application> {
    Ok(applications::table
        .find(id)
        .for_update()
        .select(Application::as_select())
        .first(conn)
        .await?)
}

/// What approvers of another department are asked about is theirs as long as they are.
fn within(found: Application, clerk: &Staff) -> Result<Application> {
    let procedure = found.procedure_id.as_uuid();
    let asked = found.approving_department_id;
    let is_asked = asked.is_some_and(|department| clerk.approves(department, procedure));
    let is_theirs = is_asked || clerk.scope().covers(found.department_id, procedure);
    if found.status != Status::Draft && is_theirs {
        Ok(found)
    } else {
        Err(Code::NotFound.into())
    }
}

/// Keeps what changes in the life of an application.
pub(crate) async fn save(conn: &mut AsyncPgConnection, row: &Application) -> Result<()> {
    let changed = diesel::update(applications::table.find(row.id)).set((
        applications::form_version_id.eq(row.form_version_id),
        applications::department_id.eq(row.department_id),
        applications::actor_id.eq(row.actor_id),
        applications::mandate_id.eq(row.mandate_id),
        applications::status.eq(row.status),
        applications::version.eq(row.version),
        applications::sealed_answers.eq(&row.sealed_answers),
        applications::sealed_removed_answers.eq(&row.sealed_removed_answers),
        applications::assignee_id.eq(row.assignee_id),
        applications::arrived_at.eq(row.arrived_at),
        applications::due_on.eq(row.due_on),
        applications::limit_on.eq(row.limit_on),
        applications::updated_at.eq(row.updated_at),
        applications::expires_on.eq(row.expires_on),
        applications::expiry_warned_on.eq(row.expiry_warned_on),
        applications::sealed_recent_saves.eq(&row.sealed_recent_saves),
        applications::approving_department_id.eq(row.approving_department_id),
    ));
    Prepared(changed).execute(conn).await?;
    Ok(())
}

pub(crate) async fn delete(conn: &mut AsyncPgConnection, id: ApplicationId) -> Result<()> {
    diesel::delete(applications::table.find(id))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn insert_event(conn: &mut AsyncPgConnection, row: &EventRow) -> Result<()> {
    diesel::insert_into(application_events::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn list_events(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
) -> Result<Vec<EventRow>> {
    Ok(application_events::table
        .filter(application_events::application_id.eq(id))
        .order(application_events::version)
        .select(EventRow::as_select())
        .load(conn)
        .await?)
}
