//! The survey after a digital application: an offer is a token, good for one answer, that leads nowhere back.
//!
//! Of an offer and of an answer only this is kept: the procedure, the version of its form, the channel,
//! the touchpoint and the day. Neither leaves an audit row, which would name the actor and the second.

mod instrument;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use platform::{AsyncPgConnection, Code, Error, Randomness, Result};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::channel::Channel;
use crate::model::{NewAnswer, Reason};
use crate::store::{self, Presented};

pub(crate) use instrument::SURVEY;

platform::text_enum! {
    /// When the applicant is asked.
    Touchpoint {
        /// After the receipt; the figure is made of these answers.
        Submitted = "submitted",
        /// After the decision.
        Decided = "decided",
    }
}

/// To whom the survey is offered, as far as it is remembered.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// What was applied for.
    pub procedure_id: Uuid,
    /// The version of its form, counted from 1.
    pub form_version: i32,
    /// How the application came.
    pub channel: Channel,
    /// When the applicant is asked.
    pub touchpoint: Touchpoint,
    /// The day in Japan.
    pub on: NaiveDate,
}

/// Offers the survey: a token of 256 random bits, of which only the hash is stored.
///
/// The caller tells it to the applicant and keeps it nowhere, least of all in an answer stored for replay.
///
/// # Errors
/// `internal_error` when the procedure is unknown: a fault of the caller.
pub async fn offer(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    offer: Offer,
) -> Result<String> {
    let token = URL_SAFE_NO_PAD.encode(randomness.bytes::<32>()?);
    store::insert_token(conn, &sha256(&token), &offer).await?;
    Ok(token)
}

/// Uses up the token and keeps the answer, in the caller's transaction.
///
/// # Errors
/// `not_found` for a token that was never issued, `survey_answered` for one that was used.
pub(crate) async fn answer(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    new: NewAnswer,
    today: NaiveDate,
) -> Result<()> {
    refuse_repeated(&new.reasons)?;
    let offer = match store::use_token(conn, &sha256(&new.token)).await? {
        Presented::Fresh(offer) => offer,
        Presented::Used => return Err(Code::SurveyAnswered.into()),
        Presented::Unknown => return Err(Code::NotFound.into()),
    };
    let answer = store::Answer {
        id: random_id(randomness)?,
        offer,
        rating: new.rating,
        reasons: new.reasons,
        free_text: new.free_text.filter(|text| !text.trim().is_empty()),
        answered_on: today,
    };
    store::insert_answer(conn, answer).await
}

/// UUIDv4: every other id of ours tells the millisecond of its making.
fn random_id(randomness: &Randomness) -> Result<Uuid> {
    Ok(uuid::Builder::from_random_bytes(randomness.bytes()?).into_uuid())
}

fn sha256(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

fn refuse_repeated(reasons: &[Reason]) -> Result<()> {
    let repeated = (1..reasons.len()).find(|index| reasons[..*index].contains(&reasons[*index]));
    match repeated {
        Some(index) => Err(Error::field(
            format!("/reasons/{index}"),
            "duplicate",
            "同じ項目が二度選ばれています。",
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
