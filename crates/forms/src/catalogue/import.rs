//! A procedure of a catalogue on its way into the database.

use auth::DepartmentId;
use chrono::{DateTime, Utc};
use platform::{AsyncPgConnection, Result};

use super::{CatalogueError, ProcedureFiles};
use crate::accepting;
use crate::model::{Description, ProcedureId};
use crate::publish::{self, Publication};
use crate::state;
use crate::store::{self, ProcedureRow, VersionLine};

impl ProcedureFiles {
    /// Writes the procedure down and publishes its new versions, in force at once; answers how many there were.
    pub(super) async fn import(
        &self,
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
    ) -> Result<usize, CatalogueError> {
        let described = &self.description;
        let known = store::procedure_by_code(conn, &described.code).await?;
        let department = department_of(conn, described).await?;
        if let Some(known) = &known
            && known.department_id != department
        {
            return Err(CatalogueError::Owner {
                procedure: described.code.clone(),
                owner: auth::departments::code_of(conn, known.department_id).await?,
            });
        }
        let row = self.row(department, now)?;
        let id = store::upsert_procedure(conn, &row).await?;
        store::lock_procedure(conn, id).await?;
        tell_kpi(conn, id, described).await?;
        let is_published = !store::list_versions(conn, id).await?.is_empty();
        if is_published && known.is_some_and(|known| known.kind != described.kind) {
            let procedure = described.code.clone();
            return Err(CatalogueError::Kind { procedure });
        }
        let mut published = 0;
        for (number, definition) in &self.versions {
            let publication = Publication {
                procedure: (id, &described.code),
                number: *number,
                definition,
                // Between versions that come together nobody began a draft.
                has_drafts: is_published,
                in_force_from: now,
                actor: audit::Actor::System,
                request: None,
                now,
            };
            published += usize::from(publish(conn, publication).await?);
        }
        accepting::tell_kpi(conn, id).await?;
        Ok(published)
    }

    fn row(&self, department_id: DepartmentId, now: DateTime<Utc>) -> Result<ProcedureRow> {
        let described = &self.description;
        Ok(ProcedureRow {
            id: ProcedureId::new(now),
            code: described.code.clone(),
            kind: described.kind,
            department_id,
            description: serde_json::to_value(described)?,
            accepts_digital_from: described.accepts_digital_from,
        })
    }
}

async fn department_of(
    conn: &mut AsyncPgConnection,
    described: &Description,
) -> Result<DepartmentId, CatalogueError> {
    let code = described.owner_department.as_str();
    let known = auth::departments::by_codes(conn, [code].into_iter()).await?;
    let department = known.get(code).filter(|known| known.lasts(None));
    let department = department.ok_or_else(|| CatalogueError::UnknownDepartment {
        procedure: described.code.clone(),
        department: code.to_owned(),
    })?;
    Ok(department.id)
}

/// The figures must know what a procedure is called and whose it is.
async fn tell_kpi(
    conn: &mut AsyncPgConnection,
    id: ProcedureId,
    described: &Description,
) -> Result<()> {
    let told = kpi::procedures::Described {
        procedure_id: id.as_uuid(),
        code: described.code.clone(),
        name: serde_json::to_value(&described.name)?,
        department_code: described.owner_department.clone(),
        in_scope: described.kpi_scope,
    };
    kpi::procedures::upsert(conn, told).await
}

/// `false` when the same content is published already.
async fn publish(
    conn: &mut AsyncPgConnection,
    publication: Publication<'_>,
) -> Result<bool, CatalogueError> {
    let (id, code) = publication.procedure;
    let (procedure, number) = (code.to_owned(), publication.number);
    let versions = store::list_versions(conn, id).await?;
    if let Some(known) = versions.iter().find(|known| known.number == number) {
        return match known.sha256 == publish::sha256(publication.definition)? {
            true => Ok(false),
            false => Err(CatalogueError::Published { procedure, number }),
        };
    }
    if versions
        .first()
        .is_some_and(|newest| newest.number > number)
    {
        return Err(CatalogueError::Overtaken { procedure, number });
    }
    let moments: Vec<_> = versions.iter().map(VersionLine::moments).collect();
    if state::in_force_from(None, &moments, publication.now).is_err() {
        return Err(CatalogueError::Scheduled { procedure, number });
    }
    publication.publish(conn).await?;
    Ok(true)
}
