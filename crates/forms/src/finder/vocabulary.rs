//! The words the finder knows. Words that mean the same are one meaning.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

use super::Words;
use super::fold::{Folded, fold, is_hiragana, is_kanji};
use crate::published::Procedure;

/// What several words mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Meaning(usize);

/// What was recognised in a text: each meaning with the words that were said for it.
pub(crate) type Said = BTreeMap<Meaning, BTreeSet<String>>;

pub(crate) struct Vocabulary {
    automaton: Option<AhoCorasick>,
    /// The meaning of each pattern of the automaton.
    meanings: Vec<Meaning>,
}

impl Vocabulary {
    /// All synonyms, keywords of procedures and words of life events.
    pub(crate) fn new<'p>(procedures: impl Iterator<Item = &'p Procedure>, words: &Words) -> Self {
        let mut known = Known::default();
        for group in &words.synonyms {
            known.add(group.iter().map(String::as_str));
        }
        for procedure in procedures {
            for keyword in &procedure.description.keywords {
                known.add([keyword.as_str()]);
            }
        }
        for word in words.life_events.iter().flat_map(|event| &event.words) {
            known.add([word.as_str()]);
        }
        known.finish()
    }

    /// What a text says, word by word, the longest word that fits first.
    pub(crate) fn words_in(&self, text: &Folded) -> Said {
        let mut said = Said::new();
        for found in self
            .automaton
            .iter()
            .flat_map(|words| words.find_iter(&text.text))
        {
            let word = text.said(found.range());
            let meaning = self.meanings[found.pattern().as_usize()];
            said.entry(meaning).or_default().insert(word);
        }
        said
    }

    /// The meanings in a text of the catalogue.
    pub(crate) fn meanings_in(&self, text: &str) -> BTreeSet<Meaning> {
        self.words_in(&Folded::new(text)).into_keys().collect()
    }
}

/// The vocabulary while it is put together.
#[derive(Default)]
struct Known {
    words: BTreeMap<String, Meaning>,
    next: usize,
}

impl Known {
    /// A group of words; it joins the meaning that one of them has already.
    fn add<'w>(&mut self, group: impl IntoIterator<Item = &'w str>) {
        let spellings: BTreeSet<_> = group.into_iter().flat_map(spellings).collect();
        let joined = spellings.iter().find_map(|word| self.words.get(word));
        let meaning = joined.copied().unwrap_or(Meaning(self.next));
        self.next = self.next.max(meaning.0 + 1);
        for spelling in spellings {
            self.words.entry(spelling).or_insert(meaning);
        }
    }

    fn finish(self) -> Vocabulary {
        let (patterns, meanings): (Vec<_>, Vec<_>) = self.words.into_iter().unzip();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns);
        Vocabulary {
            // It fails on patterns without end only; then nothing is recognised.
            automaton: automaton.ok(),
            meanings,
        }
    }
}

/// A word folded, and as it is written with fewer okurigana: 引っ越し, 引越し, 引越.
fn spellings(word: &str) -> Vec<String> {
    let folded = fold(word);
    if folded.chars().count() < 2 && !folded.chars().all(is_kanji) {
        return Vec::new();
    }
    let mut spellings = vec![folded.clone()];
    if folded.chars().filter(|c| is_kanji(*c)).count() >= 2 {
        let inner = without_inner_kana(&folded);
        let stem = inner.trim_end_matches(is_hiragana);
        // More than two are no okurigana but another word: 引っ越してきた.
        if inner[stem.len()..].chars().count() <= 2 {
            spellings.push(stem.to_owned());
        }
        spellings.push(inner);
    }
    spellings
}

/// Without the hiragana between two kanji.
fn without_inner_kana(word: &str) -> String {
    let letters: Vec<_> = word.chars().collect();
    let first = letters.iter().position(|c| is_kanji(*c));
    let last = letters.iter().rposition(|c| is_kanji(*c));
    let (Some(first), Some(last)) = (first, last) else {
        return word.to_owned();
    };
    let inner = |at: usize| first < at && at < last;
    let kept = letters.iter().enumerate();
    kept.filter(|(at, c)| !(inner(*at) && is_hiragana(**c)))
        .map(|(_, c)| c)
        .collect()
}
