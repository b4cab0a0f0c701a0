//! Letters (通知書): printed to PDF/A from a template and data, and found genuine by their code.
//!
//! [`Press::print`] makes the file, [`register`] remembers its hash under the code printed on it,
//! and `GET /v1/letters/{code}` tells anyone who holds the paper.

mod data;
mod fonts;
mod press;
mod register;
pub mod sample;
mod sheet;
#[cfg(test)]
mod tests;

pub use data::{Addressee, Day, LetterData, Letterhead, Sender, Verification};
pub use press::{FontError, Press, PrintError, TemplateError};
pub use register::{LetterId, LetterKind, NewLetter, register};
pub(crate) use register::{Registered, find};

/// What proves that somebody holds a letter: `7K3M9-QPTX0-AB1CD-EFGH2`, 100 random bits.
pub type VerificationCode = platform::spoken_code::SpokenCode<20>;

/// The decision letter (決定通知書) for forms whose version brings no template of its own.
///
/// Its data is a [`LetterData`].
pub const DECISION: &str = include_str!("../templates/decision.typ");
