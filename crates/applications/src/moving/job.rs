//! The program moves the drafts that a version, in force from now on, changes nothing for.

use std::sync::Arc;

use audit::{Actor, Entry};
use diesel_async::AsyncConnection as _;
use forms::{FormVersionId, Forms, ProcedureId, PublishedForm, Verdict, VersionInForce};
use jobs::{Failure, Handler, HandlerFuture, Lease};
use keys::Keys;
use platform::{AsyncPgConnection, Clock, Database, Result};
use serde_json::json;

use super::Newer;
use crate::sealing::open_answers;
use crate::store::{self, Application};

/// Drafts moved in one transaction: their owners wait no longer than for these.
const AT_ONCE: usize = 50;

/// Moves drafts when a version comes in force.
pub struct DraftMoving {
    /// The versions.
    pub forms: Forms,
    /// Open what the drafts hold: it decides whether they can be moved.
    pub keys: Keys,
    /// Tells which is in force.
    pub clock: Clock,
}

impl Handler for DraftMoving {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(self.move_drafts(database, lease))
    }
}

impl DraftMoving {
    /// What has been moved before a failure stays moved.
    async fn move_drafts(&self, database: &Database, lease: &Lease) -> Result<(), Failure> {
        let VersionInForce { procedure_id, .. } = lease.job()?;
        let mut conn = database.connection().await?;
        let now = self.clock.now();
        let current = self
            .forms
            .find_current(&mut conn, procedure_id, now)
            .await?;
        if let Some(current) = current {
            for older in store::versions_of_drafts(&mut conn, procedure_id).await? {
                if older != current.id {
                    self.move_all(&mut conn, procedure_id, older, &current)
                        .await?;
                }
            }
        }
        Ok(lease.complete(&mut conn).await?)
    }

    async fn move_all(
        &self,
        conn: &mut AsyncPgConnection,
        procedure: ProcedureId,
        older: FormVersionId,
        current: &Arc<PublishedForm>,
    ) -> Result<()> {
        let drafts = store::drafts_on(conn, procedure, older).await?;
        for some in drafts.chunks(AT_ONCE) {
            conn.transaction(async |conn| {
                let drafts = store::lock_drafts(conn, some, older).await?;
                self.move_some(conn, drafts, older, current).await
            })
            .await?;
        }
        Ok(())
    }

    async fn move_some(
        &self,
        conn: &mut AsyncPgConnection,
        drafts: Vec<Application>,
        older: FormVersionId,
        current: &Arc<PublishedForm>,
    ) -> Result<()> {
        let now = self.clock.now();
        let mut moved = 0;
        for mut draft in drafts {
            let newer = Newer::between(conn, &self.forms, &draft, Arc::clone(current)).await?;
            let answers = open_answers(&self.keys, draft.id, &draft.sealed_answers)?;
            if newer.comparison.verdict_for(&answers) == Verdict::Compatible {
                newer.bring(&self.keys, &mut draft, answers, now)?;
                store::save(conn, &draft).await?;
                moved += 1;
            }
        }
        if moved == 0 {
            return Ok(());
        }
        let entry = Entry {
            occurred_at: now,
            actor: Actor::System,
            action: "form_version.move_drafts",
            object_kind: "form_version",
            object_id: Some(current.id.as_uuid()),
            request_id: None,
            detail: json!({"from": older, "drafts": moved}),
        };
        audit::record(conn, entry).await
    }
}
