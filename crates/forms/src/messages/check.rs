//! What keeps the messages of a version from being published.

use super::place::{IN_TITLES, Piece, Place, pieces};
use super::{MessageText, Messages, Occasion};
use crate::definition::{DefinitionProblem, File};
use crate::model::ProcedureKind;

/// Characters of a title and a body that have been filled in, as the digital post takes them.
const LONGEST_TITLE: usize = 200;
const LONGEST_BODY: usize = 20_000;

impl Messages {
    pub(crate) fn check(&self, kind: ProcedureKind, problems: &mut Vec<DefinitionProblem>) {
        for &occasion in Occasion::ALL {
            let Some(text) = self.own(occasion) else {
                continue;
            };
            let at = format!("/{}", occasion.as_str());
            if !occasion.happens_to(kind) {
                let message = "nothing of this kind comes to it";
                problems.push(problem(&at, "unused_message", message));
            }
            check_title(text, &at, problems);
            check_body(text, occasion, &at, problems);
        }
    }
}

fn check_title(text: &MessageText, at: &str, problems: &mut Vec<DefinitionProblem>) {
    for (language, title) in text.title.by_language() {
        let at = format!("{at}/title/{language}");
        check_text(title, IN_TITLES, LONGEST_TITLE, &at, problems);
        if title.contains(['\n', '\r']) {
            problems.push(problem(&at, "not_one_line", "a title is one line"));
        }
    }
}

fn check_body(
    text: &MessageText,
    occasion: Occasion,
    at: &str,
    problems: &mut Vec<DefinitionProblem>,
) {
    for (language, body) in text.body.by_language() {
        let at = format!("{at}/body/{language}");
        check_text(body, occasion.places(), LONGEST_BODY, &at, problems);
        let places = places(body);
        for needed in occasion.needed() {
            if !places.contains(&Some(*needed)) && !body.trim().is_empty() {
                let message = format!("{{{}}} is left out", needed.as_str());
                problems.push(problem(&at, "missing_placeholder", message));
            }
        }
    }
}

fn check_text(
    text: &str,
    allowed: &[Place],
    longest: usize,
    at: &str,
    problems: &mut Vec<DefinitionProblem>,
) {
    if text.trim().is_empty() {
        problems.push(problem(at, "missing_text", "there is no text"));
        return;
    }
    let mut length = 0;
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) => length += words.chars().count(),
            Piece::Braced(name) => match Place::named(name) {
                Some(place) if allowed.contains(&place) => length += place.longest(),
                _ => problems.push(problem(at, "unknown_placeholder", told(name, allowed))),
            },
        }
    }
    if length > longest {
        let message = format!("up to {length} characters when filled in, {longest} are allowed");
        problems.push(problem(at, "too_long", message));
    }
}

fn told(name: &str, allowed: &[Place]) -> String {
    let name: String = name.chars().take(40).collect();
    let allowed = allowed
        .iter()
        .map(|place| format!("{{{}}}", place.as_str()));
    let allowed = allowed.collect::<Vec<_>>().join(" ");
    format!("{{{name}}} is none of {allowed}")
}

fn places(text: &str) -> Vec<Option<Place>> {
    let braced = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Braced(name) => Some(Place::named(name)),
        Piece::Words(_) => None,
    });
    braced.collect()
}

fn problem(at: &str, code: &'static str, message: impl Into<String>) -> DefinitionProblem {
    DefinitionProblem::new(File::Messages, at, code, message)
}
