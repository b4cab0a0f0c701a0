//! Which procedure does somebody need? Found by keywords and by what people say, inside this program.
//!
//! Text is folded (width, kana, case, variation selectors), known words are recognised in it
//! ([`Vocabulary`]: synonyms, with and without okurigana), and procedures are ranked by how rare the words
//! are and where they stand. Everything found says which words led there.

mod fold;
mod index;
mod life_events;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::definition::Localized;
use crate::directory::Procedures;
use crate::model::ProcedureId;

use fold::Folded;
use index::Index;
use life_events::LifeEvents;
use vocabulary::Vocabulary;

/// What a catalogue tells the finder beside its procedures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Groups of words that mean the same.
    pub(crate) synonyms: Vec<Vec<String>>,
    /// What happens in life, with the procedures it brings.
    pub(crate) life_events: Vec<LifeEvent>,
}

/// Something that happens in life (引越し, 出産 …).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LifeEvent {
    /// Stable code.
    pub(crate) code: String,
    /// Name.
    pub(crate) name: Localized,
    /// What people say when it happens.
    pub(crate) words: Vec<String>,
    /// Codes of the procedures it may bring, the likeliest first.
    pub(crate) procedures: Vec<String>,
}

/// What was found, best first.
#[derive(Debug, Default)]
pub struct Findings {
    pub(crate) life_events: Vec<FoundEvent>,
    pub(crate) procedures: Vec<FoundProcedure>,
}

impl Findings {
    /// The procedures, best first.
    pub fn procedures(&self) -> impl Iterator<Item = ProcedureId> {
        self.procedures.iter().map(|found| found.id)
    }
}

#[derive(Debug)]
pub(crate) struct FoundEvent {
    pub(crate) code: String,
    pub(crate) name: Localized,
    pub(crate) words: BTreeSet<String>,
}

#[derive(Debug)]
pub(crate) struct FoundProcedure {
    pub(crate) id: ProcedureId,
    pub(crate) words: BTreeSet<String>,
}

/// Finds procedures in one catalogue.
pub struct Finder {
    vocabulary: Vocabulary,
    index: Index,
    life_events: LifeEvents,
    codes: BTreeMap<ProcedureId, String>,
}

/// What is this much worse than the best is not worth showing.
const WORTH_SHOWING: f64 = 0.15;

impl Finder {
    /// A finder of these procedures, which knows these words.
    pub fn new(procedures: &Procedures, words: &Words) -> Self {
        let vocabulary = Vocabulary::new(procedures.values(), words);
        Self {
            index: Index::new(procedures, &vocabulary),
            life_events: LifeEvents::new(&words.life_events, procedures, &vocabulary),
            codes: procedures
                .iter()
                .map(|(id, procedure)| (*id, procedure.description.code.clone()))
                .collect(),
            vocabulary,
        }
    }

    /// What a text asks for, at most `limit` procedures.
    pub fn find(&self, text: &str, limit: usize) -> Findings {
        let folded = Folded::new(text);
        let said = self.vocabulary.words_in(&folded);
        let events = self.life_events.rank(&said);
        let mut ranking = self.index.rank(&folded, &said);
        for event in &events {
            for id in &event.procedures {
                ranking
                    .entry(*id)
                    .or_default()
                    .add(event.score, &event.words);
            }
        }
        Findings {
            life_events: events.into_iter().map(|event| event.found).collect(),
            procedures: self.best(ranking, limit),
        }
    }

    /// What fits alike comes in the order of the codes: ids differ from city to city.
    fn best(&self, ranking: BTreeMap<ProcedureId, Merit>, limit: usize) -> Vec<FoundProcedure> {
        let mut ranking: Vec<_> = ranking.into_iter().collect();
        ranking.sort_by(|(id, one), (other_id, other)| {
            let by_code = || self.codes.get(id).cmp(&self.codes.get(other_id));
            other.score.total_cmp(&one.score).then_with(by_code)
        });
        let top = ranking.first().map_or(0.0, |(_, merit)| merit.score);
        ranking
            .into_iter()
            .take_while(|(_, merit)| merit.score >= top * WORTH_SHOWING && merit.score > 0.0)
            .take(limit)
            .map(|(id, merit)| FoundProcedure {
                id,
                words: merit.words,
            })
            .collect()
    }
}

/// How well something fits, and why.
#[derive(Clone, Debug, Default)]
struct Merit {
    score: f64,
    words: BTreeSet<String>,
}

impl Merit {
    fn add<'w>(&mut self, score: f64, words: impl IntoIterator<Item = &'w String>) {
        self.score += score;
        self.words.extend(words.into_iter().cloned());
    }
}
