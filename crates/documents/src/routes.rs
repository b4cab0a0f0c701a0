//! Verification of letters, for anyone who holds one.
//!
//! - `GET /v1/letters/{code}`

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get};
use chrono::NaiveDate;
use platform::{Db, Result};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::letter::{LetterKind, Registered, VerificationCode, find};
use platform::hex;

/// Registers the crate's routes of the residents' listener.
pub fn register_resident(config: &mut ServiceConfig<'_>) {
    config.service(verify);
}

platform::problem_responses!(VerifyProblems: 404;);

/// A letter the city has sent.
#[derive(Debug, Serialize, ToSchema)]
struct GenuineLetter {
    /// Always true: an unknown code is answered with 404.
    #[schema(example = true)]
    genuine: bool,
    /// What it is.
    kind: LetterKind,
    /// The office that signed it.
    #[schema(max_length = 100, example = "小平市長")]
    sender: String,
    /// The day it bears.
    #[schema(value_type = NaiveDate, example = "2026-11-22")]
    issued_on: NaiveDate,
    /// SHA-256 of the PDF file, hex.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pdf_sha256: String,
}

impl From<Registered> for GenuineLetter {
    fn from(letter: Registered) -> Self {
        Self {
            genuine: true,
            kind: letter.kind,
            sender: letter.sender,
            issued_on: letter.issued_on,
            pdf_sha256: hex(&letter.pdf_sha256),
        }
    }
}

/// Verify a letter
///
/// Tells by the code or QR printed on a letter whether the city sent it, who signed it and when;
/// never to whom. A PDF file is the letter exactly when its own SHA-256 equals `pdf_sha256`: compute
/// it where the file is (`sha256sum letter.pdf`), so that the letter itself is sent nowhere.
#[utoipa::path(tag = "letters", operation_id = "verifyLetter",
    params(("code" = String, Path, max_length = 200, example = "7K3M9-QPTX0-AB1CD-EFGH2",
        description = "The code on the letter; case and hyphens do not matter, O is read as 0, I and L as 1")),
    responses((status = 200, description = "The city sent this letter", body = GenuineLetter), VerifyProblems))]
#[get("/v1/letters/{code}")]
async fn verify(code: Path<VerificationCode>, db: Db) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let letter = find(&mut conn, &code).await?;
    Ok(HttpResponse::Ok().json(GenuineLetter::from(letter)))
}
