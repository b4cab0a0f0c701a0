//! What a clerk writes into a decision letter must be printable: found out while they can still change it.

use documents::letter::Press;
use platform::problem::FieldError;
use platform::{Error, Result};

use crate::model::ProposalRequest;

/// A pasted page of emoji needs no longer answer.
const MOST_CHARACTERS: usize = 10;

/// Whether the letter can bear the grounds of a proposal.
///
/// # Errors
/// `unprintable` names the characters that no installed font has, by place and code point.
pub(crate) fn check(press: &Press, proposal: &ProposalRequest) -> Result<()> {
    let grounds = [
        ("/reason", &proposal.reason),
        ("/legal_basis", &proposal.legal_basis),
    ];
    let wrong: Vec<_> = grounds
        .into_iter()
        .filter_map(|(pointer, text)| unprintable(press, pointer, text.as_deref()?))
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Error::validation(wrong))
    }
}

fn unprintable(press: &Press, pointer: &str, text: &str) -> Option<FieldError> {
    let missing = press.missing_glyphs(text);
    let places = missing.iter().filter_map(|&c| {
        let place = text.chars().position(|other| other == c)? + 1;
        Some(format!("{place}文字目（U+{:04X}）", u32::from(c)))
    });
    let told: Vec<_> = places.take(MOST_CHARACTERS).collect();
    (!told.is_empty()).then(|| {
        FieldError::new(
            pointer,
            "unprintable",
            format!(
                "通知書に印刷できない文字があります。ほかの文字に書き換えてください：{}",
                told.join("、")
            ),
        )
    })
}
