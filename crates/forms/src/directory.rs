//! A copy of all procedures, a few seconds old: to call things by their names.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use platform::{AsyncPgConnection, Result};

use crate::model::ProcedureId;
use crate::published::Procedure;
use crate::store;

/// How old the copy may be. Procedures change when a catalogue is imported, by another process.
const SHELF_LIFE: Duration = Duration::from_secs(10);

/// Procedures by id.
pub type Procedures = HashMap<ProcedureId, Procedure>;

/// The copy; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Directory(Arc<RwLock<Option<Snapshot>>>);

struct Snapshot {
    read_at: Instant,
    procedures: Arc<Procedures>,
}

impl Directory {
    /// The procedures, those with the ids among them; read anew when the copy is too old or lacks one.
    pub(crate) async fn with(
        &self,
        conn: &mut AsyncPgConnection,
        ids: impl IntoIterator<Item = ProcedureId>,
    ) -> Result<Arc<Procedures>> {
        let fresh = self.fresh();
        if let Some(procedures) = fresh
            && ids.into_iter().all(|id| procedures.contains_key(&id))
        {
            return Ok(procedures);
        }
        let read_at = Instant::now();
        let rows = store::all_procedures(conn).await?.into_iter();
        let procedures = rows.map(|row| Ok((row.id, Procedure::from_row(row)?)));
        let procedures: Arc<Procedures> = Arc::new(procedures.collect::<Result<_>>()?);
        let mut snapshot = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *snapshot = Some(Snapshot {
            read_at,
            procedures: Arc::clone(&procedures),
        });
        Ok(procedures)
    }

    fn fresh(&self) -> Option<Arc<Procedures>> {
        let snapshot = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let snapshot = snapshot.as_ref()?;
        let fresh = snapshot.read_at.elapsed() < SHELF_LIFE;
        fresh.then(|| Arc::clone(&snapshot.procedures))
    }
}
