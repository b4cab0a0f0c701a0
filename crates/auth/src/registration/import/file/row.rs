//! What a row says of a person, column by column.

use chrono::NaiveDate;
use csv::ByteRecord;

use super::super::faults::{BIRTHDATE, Fault, NUMBER, PROTECTED};
use super::Encoding;
use crate::registration::fold;

/// Characters, as the API promises.
const LONGEST: usize = 500;
const LONGEST_NUMBER: usize = 20;

/// A row about a person.
pub(super) struct Row<'a> {
    pub(super) record: &'a ByteRecord,
    pub(super) encoding: Encoding,
    pub(super) line: u64,
}

impl Row<'_> {
    /// Code point for code point.
    pub(super) fn text(&self, at: usize, column: &'static str) -> Result<String, Fault> {
        let wrong = |what| Fault::new(self.line, column, what);
        let bytes = self.record.get(at).unwrap_or_default();
        let decoded = self.encoding.decode(bytes);
        let text = decoded.ok_or(wrong("cannot be decoded"))?;
        if text.chars().any(char::is_control) {
            Err(wrong("has a control character"))
        } else if text.chars().count() > LONGEST {
            Err(wrong("is too long"))
        } else {
            Ok(text)
        }
    }

    pub(super) fn given(&self, at: usize, column: &'static str) -> Result<String, Fault> {
        let text = self.text(at, column)?;
        if text.trim().is_empty() {
            return Err(Fault::new(self.line, column, "is empty"));
        }
        Ok(text)
    }

    pub(super) fn number(&self, at: usize) -> Result<String, Fault> {
        let number = fold::text(&self.given(at, NUMBER)?);
        let is_plain = number.bytes().all(|b| b.is_ascii_alphanumeric());
        if is_plain && number.len() <= LONGEST_NUMBER {
            Ok(number)
        } else {
            let what = "is not up to 20 letters and digits";
            Err(Fault::new(self.line, NUMBER, what))
        }
    }

    /// A day, or one of which month or day are not known.
    pub(super) fn birthdate(&self, at: usize) -> Result<String, Fault> {
        let written = self.given(at, BIRTHDATE)?;
        if is_birthdate(&fold::birthdate(&written)) {
            Ok(written)
        } else {
            let what = "is not YYYYMMDD or YYYY-MM-DD, with 00 for an unknown month or day";
            Err(Fault::new(self.line, BIRTHDATE, what))
        }
    }

    pub(super) fn protected(&self, at: usize) -> Result<bool, Fault> {
        match fold::text(&self.text(at, PROTECTED)?).as_str() {
            "1" | "有" => Ok(true),
            "0" | "無" => Ok(false),
            _ => Err(Fault::new(self.line, PROTECTED, "is not 1, 有, 0 or 無")),
        }
    }
}

pub(super) fn is_birthdate(digits: &str) -> bool {
    let Ok(number) = digits.parse::<u32>() else {
        return false;
    };
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    // A part that nobody knows may be any.
    let possible = i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month.max(1), day.max(1)));
    digits.len() == 8 && year >= 1800 && possible.is_some()
}
