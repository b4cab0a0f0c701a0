//! A procedure of a catalogue on its way into the database.

use chrono::{DateTime, Utc};
use platform::{AsyncPgConnection, Code, Error};

use super::{CatalogueError, ProcedureFiles};
use crate::describe::Describing;
use crate::model::ProcedureId;
use crate::publish::{self, Publication};
use crate::state;
use crate::store::{self, VersionLine};

impl ProcedureFiles {
    /// Writes the procedure down and publishes its new versions, in force at once; answers how many there were.
    pub(super) async fn import(
        &self,
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
    ) -> Result<usize, CatalogueError> {
        let id = self.describe(conn, now).await?;
        let is_published = store::newest_version(conn, id).await?.is_some();
        let mut published = 0;
        for (number, definition) in &self.versions {
            let publication = Publication {
                procedure: (id, &self.description.code),
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
        Ok(published)
    }

    async fn describe(
        &self,
        conn: &mut AsyncPgConnection,
        now: DateTime<Utc>,
    ) -> Result<ProcedureId, CatalogueError> {
        let described = &self.description;
        let known = match store::procedure_by_code(conn, &described.code).await? {
            Some(known) => Some(store::lock_procedure(conn, known.id).await?),
            None => None,
        };
        let describing = Describing {
            description: described,
            actor: audit::Actor::System,
            request: None,
            now,
        };
        let sound = describing.check(conn, known.as_ref()).await?;
        let sound = sound.map_err(|faults| CatalogueError::Description {
            procedure: described.code.clone(),
            faults,
        })?;
        match known {
            Some(_) => sound.replace(conn).await?,
            None if sound.create(conn).await? => {}
            None => return Err(Error::new(Code::ProcedureCodeTaken).into()),
        }
        Ok(sound.row.id)
    }
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
    let departments = auth::departments::lasting(conn).await?;
    let policy = &publication.definition.policy;
    let problems = policy.unknown_departments(&departments);
    if !problems.is_empty() {
        return Err(CatalogueError::Route {
            procedure,
            number,
            problems,
        });
    }
    publication.publish(conn).await?;
    Ok(true)
}
