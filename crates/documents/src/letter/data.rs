//! What a decision letter says. Templates read these fields by their names here.

use calendar::to_wareki;
use chrono::{Datelike as _, NaiveDate};
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};

use super::VerificationCode;
use crate::notice::DecisionNotice;

/// A decision letter (決定通知書), as `/data.json` shows it to a template.
#[derive(Clone, Debug, Serialize)]
pub struct LetterData {
    /// Who writes to whom.
    #[serde(flatten)]
    pub letterhead: Letterhead,
    /// The headline.
    pub title: String,
    /// The day it bears.
    pub issued_on: Day,
    /// 受付番号
    pub reference_number: String,
    /// Name of the procedure.
    pub procedure: String,
    /// Filed on.
    pub arrived_on: Day,
    /// The outcome, such as 認定.
    pub outcome: String,
    /// Why; `null` only where all was granted (行政手続法8条).
    pub reason: Option<String>,
    /// The provision the decision rests on.
    pub basis: String,
    /// 教示: how to object, a paragraph each.
    pub appeal: Vec<String>,
    /// How anyone can tell that the letter is genuine.
    pub verification: Verification,
}

impl LetterData {
    /// The letter that tells of a decision.
    pub fn decision(
        notice: DecisionNotice,
        letterhead: Letterhead,
        verification: Verification,
    ) -> Self {
        Self {
            letterhead,
            title: "決定通知書".to_owned(),
            issued_on: notice.decided_on.into(),
            reference_number: notice.reference_number,
            procedure: notice.procedure,
            arrived_on: notice.arrived_on.into(),
            outcome: notice.outcome,
            reason: notice.reason,
            basis: notice.decision_basis.unwrap_or(notice.legal_basis),
            appeal: notice
                .appeal
                .map_or_else(Vec::new, |appeal| appeal.lines().into()),
            verification,
        }
    }
}

/// Who writes to whom, under which number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Letterhead {
    /// 文書番号, such as 小子支発第123号.
    pub document_number: String,
    /// To whom.
    pub addressee: Addressee,
    /// From whom.
    pub sender: Sender,
}

/// To whom a letter goes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Addressee {
    /// The name exactly as registered: never normalised, variation selectors kept.
    pub name: String,
    /// Seven digits with a hyphen.
    pub postal_code: Option<String>,
    /// The address, a line each.
    pub address: Vec<String>,
}

/// Who signs.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sender {
    /// The office as it signs, such as 小平市長.
    pub office: String,
    /// Who holds it.
    pub name: String,
    /// Where to ask, a line each: section, telephone.
    pub contact: Vec<String>,
}

/// A day, in both ways of writing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    year: i32,
    month: u32,
    day: u32,
    wareki: String,
    seireki: String,
}

impl From<NaiveDate> for Day {
    fn from(day: NaiveDate) -> Self {
        let seireki = day.format("%Y年%-m月%-d日").to_string();
        Self {
            year: day.year(),
            month: day.month(),
            day: day.day(),
            // Before 1873 there is none.
            wareki: to_wareki(day).map_or_else(|_| seireki.clone(), |wareki| wareki.to_string()),
            seireki,
        }
    }
}

/// How anyone can tell that a letter is genuine.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// The page to visit.
    page: String,
    /// The code in groups.
    code: String,
    /// The page with the code, as a QR code: an SVG picture.
    qr: String,
}

impl Verification {
    /// The block for a code; `page` is the address that the code is appended to.
    ///
    /// # Errors
    /// When the address is too long for a QR code.
    pub fn new(page: &str, code: &VerificationCode) -> Result<Self> {
        let page = page.trim_end_matches('/').to_owned();
        let code = code.to_string();
        let qr = QRBuilder::new(format!("{page}/{code}"))
            .build()
            .map_err(|error| Error::internal(error.to_string()))?;
        let qr = SvgBuilder::default().to_str(&qr);
        Ok(Self { page, code, qr })
    }
}
