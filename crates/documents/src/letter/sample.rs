//! Letters that nobody gets, to try templates on.

use chrono::NaiveDate;
use platform::{Error, Randomness, Result};
use serde_json::Value;

use super::{Addressee, LetterData, Letterhead, Sender, Verification, VerificationCode};
use crate::notice::{AppealInstruction, DecisionNotice};

pub(super) const REASON: &str = "申請日に本市の住民基本台帳に記録がなく、児童手当法第4条第1項に定める受給資格者に当たらないため。\n転出先の市区町村に請求してください。";

/// A refusal, which has every part, to somebody of that name, as a template reads it.
///
/// # Errors
/// When it cannot be put together.
pub fn full(addressee: &str) -> Result<Value> {
    data(notice()?, letterhead(addressee))
}

/// A letter with the fewest parts: all is granted, and the address is not known.
///
/// # Errors
/// When it cannot be put together.
pub fn bare(addressee: &str) -> Result<Value> {
    let notice = DecisionNotice {
        outcome: "申請のとおり認定します。".to_owned(),
        reason: None,
        decision_basis: None,
        appeal: None,
        ..notice()?
    };
    let mut letterhead = letterhead(addressee);
    letterhead.addressee.postal_code = None;
    letterhead.addressee.address.clear();
    letterhead.sender.contact.clear();
    data(notice, letterhead)
}

fn data(notice: DecisionNotice, letterhead: Letterhead) -> Result<Value> {
    let code = VerificationCode::random(&Randomness::seeded(1))?;
    let verification = Verification::new("https://madoguchi.example/letters", &code)?;
    let data = LetterData::decision(notice, letterhead, verification);
    Ok(serde_json::to_value(data)?)
}

fn notice() -> Result<DecisionNotice> {
    let november = |day| NaiveDate::from_ymd_opt(2026, 11, day);
    let days = november(2).zip(november(22));
    let (arrived_on, decided_on) = days.ok_or_else(|| Error::internal("no such day"))?;
    Ok(DecisionNotice {
        reference_number: "2026-7K3M-9QPT-X".to_owned(),
        procedure: "児童手当 認定請求".to_owned(),
        legal_basis: "児童手当法第7条第1項".to_owned(),
        arrived_on,
        decided_on,
        outcome: "申請を却下します。".to_owned(),
        reason: Some(REASON.to_owned()),
        decision_basis: Some("児童手当法第4条第1項".to_owned()),
        appeal: Some(AppealInstruction {
            review_authority: "東京都知事".to_owned(),
            review_period_months: 3,
            defendant: "小平市".to_owned(),
            representative: "小平市長".to_owned(),
            litigation_period_months: 6,
            review_required_first: false,
        }),
    })
}

fn letterhead(addressee: &str) -> Letterhead {
    Letterhead {
        document_number: "第2026-7K3M-9QPT-X号".to_owned(),
        addressee: Addressee {
            name: addressee.to_owned(),
            postal_code: Some("187-0032".to_owned()),
            address: vec![
                "東京都小平市小川町2丁目1333番地".to_owned(),
                "窓口荘101号".to_owned(),
            ],
        },
        sender: Sender {
            office: "小平市長".to_owned(),
            name: "見本 一郎".to_owned(),
            contact: vec![
                "子ども家庭部 子育て支援課".to_owned(),
                "電話 042-000-0000".to_owned(),
            ],
        },
    }
}
