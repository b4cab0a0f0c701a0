//! Where meanings and pieces of words stand in the catalogue, and how much that is worth.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use super::Merit;
use super::fold::{Folded, fold};
use super::vocabulary::{Meaning, Said, Vocabulary};
use crate::directory::Procedures;
use crate::model::{Description, ProcedureId};

/// A piece of a word that the vocabulary does not know is worth this much of a known word.
const PIECE: f64 = 0.25;

pub(crate) struct Index {
    meanings: Postings<Meaning>,
    pieces: Postings<String>,
}

impl Index {
    pub(crate) fn new(procedures: &Procedures, vocabulary: &Vocabulary) -> Self {
        let mut index = Self {
            meanings: Postings::of(procedures.len()),
            pieces: Postings::of(procedures.len()),
        };
        for (id, procedure) in procedures {
            for (text, weight) in fields(&procedure.description) {
                for meaning in vocabulary.meanings_in(text) {
                    index.meanings.add(meaning, *id, weight);
                }
            }
            for text in named(&procedure.description) {
                for piece in pieces(&fold(text)) {
                    index.pieces.add(piece, *id, 1.0);
                }
            }
        }
        index
    }

    /// Every procedure that has anything to do with the text.
    pub(crate) fn rank(&self, text: &Folded, said: &Said) -> BTreeMap<ProcedureId, Merit> {
        let mut ranking = BTreeMap::<_, Merit>::new();
        for (meaning, words) in said {
            for (id, worth) in self.meanings.of_term(meaning) {
                ranking.entry(id).or_default().add(worth, words);
            }
        }
        for piece in pieces(&text.text) {
            for (id, worth) in self.pieces.of_term(&piece) {
                ranking.entry(id).or_default().add(worth * PIECE, []);
            }
        }
        ranking
    }
}

/// The texts of a procedure, and how much a word in them tells.
fn fields(described: &Description) -> Vec<(&str, f64)> {
    let mut fields = vec![
        (described.name.ja.as_str(), 8.0),
        (described.name.en.as_str(), 8.0),
        (described.summary.ja.as_str(), 2.0),
        (described.summary.en.as_str(), 2.0),
        (described.who_may_apply.ja.as_str(), 1.0),
        (described.when_to_apply.ja.as_str(), 1.0),
    ];
    fields.extend(described.keywords.iter().map(|word| (word.as_str(), 6.0)));
    fields
}

fn named(described: &Description) -> impl Iterator<Item = &str> {
    let names = [described.name.ja.as_str(), described.name.en.as_str()];
    let keywords = described.keywords.iter().map(String::as_str);
    names.into_iter().chain(keywords)
}

/// Pairs of Japanese letters, and words of other scripts.
fn pieces(folded: &str) -> BTreeSet<String> {
    let mut pieces = BTreeSet::new();
    for word in folded.split(' ') {
        let letters: Vec<_> = word.chars().collect();
        if word.is_ascii() {
            if letters.len() > 2 {
                pieces.insert(word.to_owned());
            }
        } else {
            pieces.extend(
                letters
                    .windows(2)
                    .map(|pair| pair.iter().collect::<String>()),
            );
        }
    }
    pieces
}

/// In which procedures a term stands, with the weight of its best place in each.
struct Postings<T> {
    places: HashMap<T, BTreeMap<ProcedureId, f64>>,
    procedures: usize,
}

impl<T: Eq + Hash> Postings<T> {
    fn of(procedures: usize) -> Self {
        Self {
            places: HashMap::new(),
            procedures,
        }
    }

    fn add(&mut self, term: T, id: ProcedureId, weight: f64) {
        let best = self.places.entry(term).or_default().entry(id).or_default();
        *best = best.max(weight);
    }

    /// A term tells the more the fewer procedures have it (inverse document frequency).
    fn of_term(&self, term: &T) -> impl Iterator<Item = (ProcedureId, f64)> {
        let places = self.places.get(term);
        let having = places.map_or(1, BTreeMap::len);
        let rarity = (1.0 + self.procedures as f64 / having as f64).ln();
        let places = places.into_iter().flatten();
        places.map(move |(id, weight)| (*id, weight * rarity))
    }
}
