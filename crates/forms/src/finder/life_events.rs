//! Life events: what people say when something happens, and the procedures it brings.

use std::collections::{BTreeMap, BTreeSet};

use super::vocabulary::{Meaning, Said, Vocabulary};
use super::{FoundEvent, LifeEvent};
use crate::directory::Procedures;
use crate::model::ProcedureId;

/// What a word about an event is worth for the procedure it brings: as much as a rare keyword of it.
const WORTH: f64 = 12.0;

pub(crate) struct LifeEvents(Vec<Known>);

struct Known {
    event: LifeEvent,
    meanings: BTreeSet<Meaning>,
    procedures: Vec<ProcedureId>,
}

/// An event that a text is about.
pub(crate) struct Ranked {
    pub(crate) found: FoundEvent,
    pub(crate) procedures: Vec<ProcedureId>,
    pub(crate) score: f64,
    pub(crate) words: BTreeSet<String>,
}

impl LifeEvents {
    pub(crate) fn new(
        events: &[LifeEvent],
        procedures: &Procedures,
        vocabulary: &Vocabulary,
    ) -> Self {
        let by_code: BTreeMap<_, _> = procedures
            .iter()
            .map(|(id, procedure)| (procedure.description.code.as_str(), *id))
            .collect();
        let known = events.iter().map(|event| Known {
            event: event.clone(),
            meanings: event
                .words
                .iter()
                .flat_map(|word| vocabulary.meanings_in(word))
                .collect(),
            procedures: event
                .procedures
                .iter()
                .filter_map(|code| by_code.get(code.as_str()).copied())
                .collect(),
        });
        Self(known.collect())
    }

    /// The events that a text speaks of, the likeliest first.
    pub(crate) fn rank(&self, said: &Said) -> Vec<Ranked> {
        let mut ranked: Vec<_> = self.0.iter().filter_map(|known| known.rank(said)).collect();
        ranked.sort_by(|one, other| other.score.total_cmp(&one.score));
        ranked
    }
}

impl Known {
    fn rank(&self, said: &Said) -> Option<Ranked> {
        let heard: Vec<_> = said
            .iter()
            .filter(|(meaning, _)| self.meanings.contains(meaning))
            .collect();
        if heard.is_empty() {
            return None;
        }
        let words: BTreeSet<_> = heard
            .iter()
            .flat_map(|(_, words)| (*words).clone())
            .collect();
        Some(Ranked {
            found: FoundEvent {
                code: self.event.code.clone(),
                name: self.event.name.clone(),
                words: words.clone(),
            },
            procedures: self.procedures.clone(),
            score: heard.len() as f64 * WORTH,
            words,
        })
    }
}
