//! Describing a procedure: by administrators and from the files of a catalogue, by the same rules.

use audit::Entry;
use auth::DepartmentId;
use calendar::jst_date;
use chrono::{DateTime, NaiveDate, Utc};
use documents::signatories;
use platform::extract::RequestId;
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Result};
use serde_json::{Value, json};

use crate::accepting;
use crate::description::changes;
use crate::model::{Description, DescriptionChange, ProcedureId, ProcedureKind};
use crate::store::{self, ProcedureRow};

/// A description about to be written down, by whom and when.
pub(crate) struct Describing<'a> {
    pub(crate) description: &'a Description,
    pub(crate) actor: audit::Actor,
    pub(crate) request: Option<RequestId>,
    pub(crate) now: DateTime<Utc>,
}

/// A description in which nothing was found wrong.
pub(crate) struct Sound<'a> {
    describing: Describing<'a>,
    pub(crate) row: ProcedureRow,
    pub(crate) changes: Vec<DescriptionChange>,
}

impl<'a> Describing<'a> {
    /// Judges it, as the first of a new procedure or the next of a known one, which is locked.
    ///
    /// # Errors
    /// `Ok(Err(…))` with everything found: what [`Description::faults`] finds, another code or department, another kind once a version of
    /// the form has been published, a department that does not last, an office for which nobody signs.
    pub(crate) async fn check(
        self,
        conn: &mut AsyncPgConnection,
        known: Option<&ProcedureRow>,
    ) -> Result<Result<Sound<'a>, Vec<FieldError>>> {
        let described = self.description;
        let mut faults = described.faults();
        if let Some(known) = known {
            faults.extend(what_is_fixed(conn, described, known).await?);
        }
        faults.extend(nobody_signs(conn, described, jst_date(self.now)).await?);
        let department = department(conn, &described.owner_department).await?;
        let Some(department) = department else {
            let message = "この課は登録されていないか、廃止されています。";
            let pointer = "/owner_department";
            faults.push(FieldError::new(pointer, "unknown_department", message));
            return Ok(Err(faults));
        };
        if let Some(known) = known
            && known.department_id != department
        {
            faults.push(belongs_to(conn, known.department_id).await?);
        }
        if !faults.is_empty() {
            return Ok(Err(faults));
        }
        let description = serde_json::to_value(described)?;
        let before = known.map_or(&Value::Null, |known| &known.description);
        let changes = changes(before, &description);
        let row = ProcedureRow {
            id: known.map_or_else(|| ProcedureId::new(self.now), |known| known.id),
            code: described.code.clone(),
            kind: described.kind,
            department_id: department,
            description,
            accepts_digital_from: described.accepts_digital_from,
            version: known.map_or(1, |known| known.version + i32::from(!changes.is_empty())),
        };
        Ok(Ok(Sound {
            row,
            changes,
            describing: self,
        }))
    }
}

impl Sound<'_> {
    /// Writes a new procedure down, on record; `false` when another has the code.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn create(&self, conn: &mut AsyncPgConnection) -> Result<bool> {
        if !store::insert_procedure(conn, &self.row).await? {
            return Ok(false);
        }
        let id = self.row.id.as_uuid();
        auth::procedures::tell(conn, id, &self.row.code).await?;
        self.tell_kpi(conn).await?;
        self.record(conn, "procedure.create").await?;
        Ok(true)
    }

    /// Writes the description of a known one down, on record, if anything is different.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn replace(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        if !self.changes.is_empty() {
            store::save_procedure(conn, &self.row).await?;
            self.record(conn, "procedure.describe").await?;
        }
        self.tell_kpi(conn).await
    }

    /// The figures must know what a procedure is called, whose it is and since when it is digital.
    async fn tell_kpi(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let description = self.describing.description;
        let told = kpi::procedures::Described {
            procedure_id: self.row.id.as_uuid(),
            code: description.code.clone(),
            name: serde_json::to_value(&description.name)?,
            department_code: description.owner_department.clone(),
            in_scope: description.kpi_scope,
        };
        kpi::procedures::upsert(conn, told).await?;
        accepting::tell_kpi(conn, self.row.id).await
    }

    async fn record(&self, conn: &mut AsyncPgConnection, action: &'static str) -> Result<()> {
        let changed = self.changes.iter().map(|change| &change.pointer);
        let changed: Vec<_> = match action {
            "procedure.create" => Vec::new(),
            _ => changed.collect(),
        };
        let entry = Entry {
            occurred_at: self.describing.now,
            actor: self.describing.actor,
            action,
            object_kind: "procedure",
            object_id: Some(self.row.id.as_uuid()),
            request_id: self.describing.request,
            detail: json!({
                "procedure": self.row.code,
                "version": self.row.version,
                "changed": changed,
            }),
        };
        audit::record(conn, entry).await
    }
}

/// Addresses, mandates and the finder know a procedure by its code; drafts and policies were made for its kind.
async fn what_is_fixed(
    conn: &mut AsyncPgConnection,
    described: &Description,
    known: &ProcedureRow,
) -> Result<Vec<FieldError>> {
    let mut faults = Vec::new();
    if known.code != described.code {
        let message = "手続コードは変えられません。別の手続として登録してください。";
        faults.push(FieldError::new("/code", "fixed", message));
    }
    if known.kind != described.kind && store::newest_version(conn, known.id).await?.is_some() {
        let message = "様式を公開した手続の種類は変えられません。別の手続として登録してください。";
        faults.push(FieldError::new("/kind", "fixed", message));
    }
    Ok(faults)
}

/// Cases and paper tasks change hands with a procedure, and figures from a day on.
async fn belongs_to(conn: &mut AsyncPgConnection, owner: DepartmentId) -> Result<FieldError> {
    let owner = auth::departments::code_of(conn, owner).await?;
    let message = format!(
        "この手続は {owner} のものです。所管換えは組織改編（POST /v1/reorganisations）で行ってください。"
    );
    Ok(FieldError::new("/owner_department", "fixed", message))
}

/// A letter that nobody signs would be noticed when somebody waits for it.
async fn nobody_signs(
    conn: &mut AsyncPgConnection,
    described: &Description,
    today: NaiveDate,
) -> Result<Option<FieldError>> {
    let office = described.deciding_office();
    if described.kind == ProcedureKind::Notification
        || signatories::of(conn, office, today).await?.is_some()
    {
        return Ok(None);
    }
    let message = format!("処分庁「{office}」として通知書に署名する人が登録されていません。");
    Ok(Some(FieldError::new(
        "/decided_by",
        "nobody_signs",
        message,
    )))
}

/// A department that goes on.
async fn department(conn: &mut AsyncPgConnection, code: &str) -> Result<Option<DepartmentId>> {
    let known = auth::departments::by_codes(conn, [code].into_iter()).await?;
    let department = known.get(code).filter(|known| known.lasts(None));
    Ok(department.map(|known| known.id))
}
