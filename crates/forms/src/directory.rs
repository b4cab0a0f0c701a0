//! A copy of all procedures, a few seconds old: to call things by their names and to find them.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use platform::{AsyncPgConnection, Error, Result};

use crate::finder::{Finder, Words};
use crate::life_events::{self, AskedEvent};
use crate::model::ProcedureId;
use crate::published::Procedure;
use crate::question_set::QuestionSetDefinition;
use crate::store;

/// How old the copy may be. Procedures change in other processes, too.
const SHELF_LIFE: Duration = Duration::from_secs(10);

/// Procedures by id.
pub type Procedures = HashMap<ProcedureId, Procedure>;

/// The copy; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Directory(Arc<RwLock<Option<Snapshot>>>);

/// The procedures and words at one moment.
#[derive(Clone)]
pub(crate) struct Snapshot {
    read_at: Instant,
    content: Arc<Content>,
}

struct Content {
    procedures: Arc<Procedures>,
    words: Words,
    question_sets: Vec<QuestionSetDefinition>,
    /// Made when somebody searches for the first time.
    finder: OnceLock<Finder>,
    /// Made when somebody asks for the first time.
    asked: OnceLock<Result<Vec<AskedEvent>, String>>,
}

impl Snapshot {
    pub(crate) fn procedures(&self) -> &Arc<Procedures> {
        &self.content.procedures
    }

    pub(crate) fn finder(&self) -> &Finder {
        let Content {
            procedures, words, ..
        } = self.content.as_ref();
        let finder = &self.content.finder;
        finder.get_or_init(|| Finder::new(procedures, words))
    }

    /// The life events that somebody can be asked about.
    ///
    /// # Errors
    /// When a set that was imported does not compile.
    pub(crate) fn life_events(&self) -> Result<&[AskedEvent]> {
        let Content {
            words,
            question_sets,
            asked,
            ..
        } = self.content.as_ref();
        let asked = asked.get_or_init(|| {
            let asked = life_events::asked(&words.life_events, question_sets);
            asked.map_err(|problems| format!("a question set does not compile: {problems:?}"))
        });
        asked
            .as_deref()
            .map_err(|problem| Error::internal(problem.clone()))
    }
}

impl Directory {
    /// The procedures, those with the ids among them; read anew when the copy is too old or lacks one.
    pub(crate) async fn with(
        &self,
        conn: &mut AsyncPgConnection,
        ids: impl IntoIterator<Item = ProcedureId>,
    ) -> Result<Snapshot> {
        let known = self.known();
        if let Some(snapshot) = &known
            && snapshot.read_at.elapsed() < SHELF_LIFE
            && ids
                .into_iter()
                .all(|id| snapshot.procedures().contains_key(&id))
        {
            return Ok(snapshot.clone());
        }
        let read_at = Instant::now();
        let content = read(conn).await?;
        let content = match known {
            // The finder of the same content is as good.
            Some(known) if known.content.is_same(&content) => known.content,
            _ => Arc::new(content),
        };
        let snapshot = Snapshot { read_at, content };
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *kept = Some(snapshot.clone());
        Ok(snapshot)
    }

    fn known(&self) -> Option<Snapshot> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }
}

impl Content {
    fn is_same(&self, other: &Self) -> bool {
        self.procedures == other.procedures
            && self.words == other.words
            && self.question_sets == other.question_sets
    }
}

async fn read(conn: &mut AsyncPgConnection) -> Result<Content> {
    let rows = store::all_procedures(conn).await?.into_iter();
    let procedures = rows.map(|row| Ok((row.id, Procedure::from_row(row)?)));
    Ok(Content {
        procedures: Arc::new(procedures.collect::<Result<_>>()?),
        words: store::words(conn).await?,
        question_sets: store::question_sets(conn).await?,
        finder: OnceLock::new(),
        asked: OnceLock::new(),
    })
}
