//! The register of letters: enough to know one again, nothing about whom it was for.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Code, Result};

use super::VerificationCode;
use crate::digest::sha256;
use crate::schema::letters;

platform::id! {
    /// A registered letter.
    LetterId
}

platform::text_enum! {
    /// What a letter is.
    LetterKind {
        /// 決定通知書
        Decision = "decision",
    }
}

/// A letter about to be handed out. Nothing in it may be personal.
#[derive(Clone, Copy, Debug)]
pub struct NewLetter<'a> {
    /// The code printed on it.
    pub code: &'a VerificationCode,
    /// What it is.
    pub kind: LetterKind,
    /// The office that signs it, such as 小平市長.
    pub sender: &'a str,
    /// The day it bears (JST).
    pub issued_on: NaiveDate,
    /// SHA-256 of the file.
    pub pdf_sha256: &'a [u8],
}

/// Enters a letter; in the transaction that hands it out, or it is not genuine.
///
/// # Errors
/// When the database is away or refuses it.
pub async fn register(
    conn: &mut AsyncPgConnection,
    letter: NewLetter<'_>,
    now: DateTime<Utc>,
) -> Result<LetterId> {
    let id = LetterId::new(now);
    diesel::insert_into(letters::table)
        .values((
            letters::id.eq(id),
            letters::code_sha256.eq(stored(letter.code)),
            letters::kind.eq(letter.kind),
            letters::sender.eq(letter.sender),
            letters::issued_on.eq(letter.issued_on),
            letters::pdf_sha256.eq(letter.pdf_sha256),
            letters::created_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(id)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = letters)]
pub(crate) struct Registered {
    pub(crate) kind: LetterKind,
    pub(crate) sender: String,
    pub(crate) issued_on: NaiveDate,
    pub(crate) pdf_sha256: Vec<u8>,
}

/// The letter with this code; `not_found` when the city has sent none.
pub(crate) async fn find(
    conn: &mut AsyncPgConnection,
    code: &VerificationCode,
) -> Result<Registered> {
    letters::table
        .filter(letters::code_sha256.eq(stored(code)))
        .select(Registered::as_select())
        .first(conn)
        .await
        .optional()?
        .ok_or_else(|| Code::NotFound.into())
}

/// What is stored of a code, so that the database alone gives no letter away.
fn stored(code: &VerificationCode) -> Vec<u8> {
    sha256(code.as_str().as_bytes())
}
