//! The life events that somebody can be asked about, and how matters stand with the procedures they bring.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform::{AsyncPgConnection, Result};

use crate::definition::{DefinitionProblem, Localized};
use crate::finder::LifeEvent;
use crate::published::{Forms, Procedure, PublishedForm};
use crate::question_set::{QuestionSet, QuestionSetDefinition};
use crate::store;

/// A life event and what to ask about it.
pub(crate) struct AskedEvent {
    pub(crate) code: String,
    pub(crate) name: Localized,
    pub(crate) questions: Arc<QuestionSet>,
}

/// The events with a question set, in their order.
///
/// # Errors
/// What does not compile.
pub(crate) fn asked(
    events: &[LifeEvent],
    sets: &[QuestionSetDefinition],
) -> Result<Vec<AskedEvent>, Vec<DefinitionProblem>> {
    let with_set = events.iter().filter_map(|event| {
        let set = sets.iter().find(|set| set.life_event == event.code)?;
        Some((event, set))
    });
    let asked = with_set.map(|(event, set)| {
        Ok(AskedEvent {
            code: event.code.clone(),
            name: event.name.clone(),
            questions: Arc::new(QuestionSet::load(set.clone())?),
        })
    });
    asked.collect()
}

/// A procedure as it stands at a moment.
pub struct Standing {
    /// The procedure.
    pub procedure: Procedure,
    /// The version of its form in force, if it is done here and not only on paper.
    pub form: Option<Arc<PublishedForm>>,
}

impl Standing {
    /// Whether it can be filed here at the moment.
    pub fn is_open_at(&self, now: DateTime<Utc>) -> bool {
        let form = self.form.as_ref();
        form.is_some_and(|form| form.definition.policy.accepts_at(now))
    }
}

impl Forms {
    /// The question set of a life event, as it was at most ten seconds ago.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn question_set(
        &self,
        conn: &mut AsyncPgConnection,
        life_event: &str,
    ) -> Result<Option<Arc<QuestionSet>>> {
        let snapshot = self.snapshot(conn).await?;
        let mut asked = snapshot.life_events()?.iter();
        let event = asked.find(|event| event.code == life_event);
        Ok(event.map(|event| Arc::clone(&event.questions)))
    }

    /// How matters stand with the procedures of a question set, by their codes.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn standings(
        &self,
        conn: &mut AsyncPgConnection,
        questions: &QuestionSet,
        now: DateTime<Utc>,
    ) -> Result<HashMap<String, Standing>> {
        let snapshot = self.snapshot(conn).await?;
        let procedures = snapshot.procedures().values();
        let procedures = procedures.filter(|procedure| {
            let mut codes = questions.procedures();
            codes.any(|code| code == procedure.description.code)
        });
        let procedures: Vec<_> = procedures.cloned().collect();
        let ids: Vec<_> = procedures.iter().map(|procedure| procedure.id).collect();
        let in_force = store::versions_in_force(conn, &ids, now).await?;
        let today = calendar::jst_date(now);
        let mut standings = HashMap::new();
        for procedure in procedures {
            let form = match in_force.get(&procedure.id) {
                Some(version) if procedure.accepts_digital_on(today) => {
                    Some(self.version(conn, *version).await?)
                }
                _ => None,
            };
            let code = procedure.description.code.clone();
            standings.insert(code, Standing { procedure, form });
        }
        Ok(standings)
    }
}
