//! Text as it is searched: what is written in several ways becomes the same. Never stored.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

/// A text folded for searching, which remembers where each of its characters came from.
pub(crate) struct Folded {
    pub(crate) text: String,
    /// For each character: where it begins in `text`, and the part of the source it stands for.
    places: Vec<(usize, Range<usize>)>,
    source: String,
}

impl Folded {
    pub(crate) fn new(source: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(source.len()),
            places: Vec::new(),
            source: source.to_owned(),
        };
        for (part, range) in parts(source) {
            for c in part.nfkc().flat_map(char::to_lowercase) {
                folded.push(c, range.clone());
            }
        }
        folded
    }

    /// The part of the source behind a range of `text`.
    pub(crate) fn said(&self, range: Range<usize>) -> String {
        let covered = self
            .places
            .iter()
            .filter(|(at, _)| range.contains(at))
            .map(|(_, source)| source);
        let start = covered.clone().map(|source| source.start).min();
        let end = covered.map(|source| source.end).max();
        let said = start
            .zip(end)
            .and_then(|(start, end)| self.source.get(start..end));
        said.unwrap_or_default().to_owned()
    }

    fn push(&mut self, c: char, source: Range<usize>) {
        if is_variation_selector(c) {
            return;
        }
        let c = if c.is_alphanumeric() || c == 'ー' {
            hiragana(c)
        } else {
            ' '
        };
        if c == ' ' && self.text.ends_with(' ') {
            return;
        }
        self.places.push((self.text.len(), source));
        self.text.push(c);
    }
}

/// The folded text alone.
pub(crate) fn fold(text: &str) -> String {
    Folded::new(text).text.trim().to_owned()
}

/// Characters with the marks that follow them: half-width ｶ and ﾞ are one.
fn parts(source: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let starts = source.char_indices().filter(|(_, c)| !is_mark(*c));
    let mut starts: Vec<_> = starts.map(|(at, _)| at).collect();
    starts.push(source.len());
    let ranges: Vec<_> = starts.windows(2).map(|pair| pair[0]..pair[1]).collect();
    ranges
        .into_iter()
        .map(move |range| (&source[range.clone()], range))
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309A}' | '\u{FF9E}' | '\u{FF9F}') || is_variation_selector(c)
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        c => c,
    }
}

pub(crate) fn is_hiragana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ')
}

pub(crate) fn is_kanji(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{323AF}' | '々')
}
