//! Messages on paper, as clerks hand them over.

use chrono::{DateTime, Utc};
use platform::hex;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Class, DeliveryId, Sender};
use crate::content::{Addressee, Content};
use crate::enclosure::Enclosure;
use crate::store::Paper;

/// A message to be printed and handed over, without personal data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaperTask {
    pub(crate) delivery_id: DeliveryId,
    class: Class,
    sender: Sender,
    /// When the task was made.
    published_at: DateTime<Utc>,
    /// When the paper was handed over; null while the task is open.
    #[schema(required)]
    handed_over_at: Option<DateTime<Utc>>,
    /// SHA-256 of the canonical JSON (RFC 8785) of `{title, body}`, with `enclosures` and `addressee` where there are any.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    content_sha256: String,
}

/// To whom a paper is handed over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaperAddressee {
    /// The name exactly as registered.
    #[schema(max_length = 1000, example = "山田 花子")]
    name: String,
    /// The address, a line each; empty where `note` says why.
    #[schema(max_items = 10, example = json!(["東京都小平市小川町二丁目0番地"]))]
    address: Vec<String>,
    /// What to do where no address is shown, in plain Japanese.
    #[schema(
        max_length = 200,
        example = "住所は表示できません。送り先は、利用登録担当に確認してください。"
    )]
    note: Option<&'static str>,
}

/// Whether whoever reads a paper task may see where its recipient lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Shown,
    Hidden,
    /// It is protected, and was not even printed.
    LeftOut,
}

impl PaperAddressee {
    fn new(addressee: Addressee, address: Address) -> Self {
        let lines = match address {
            Address::Shown => addressee.address,
            Address::Hidden | Address::LeftOut => Vec::new(),
        };
        let note = match address {
            Address::Shown => "住所の記録がありません。送り先を確認してください。",
            Address::Hidden | Address::LeftOut => {
                "住所は表示できません。送り先は、利用登録担当に確認してください。"
            }
        };
        Self {
            name: addressee.name,
            note: lines.is_empty().then_some(note),
            address: lines,
        }
    }
}

/// A paper task with what is to be printed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaperTaskDetail {
    #[serde(flatten)]
    task: PaperTask,
    /// What it is about, in one line.
    #[schema(max_length = 200, example = "児童手当の認定結果のお知らせ")]
    title: String,
    /// Plain text.
    #[schema(
        max_length = 20000,
        example = "認定請求について、次のとおり決定しました。"
    )]
    body: String,
    /// To whom it goes.
    addressee: Option<PaperAddressee>,
    /// Files to print with it; numbered from 1 in their addresses.
    #[schema(max_items = 10)]
    enclosures: Vec<Enclosure>,
    /// Which child, vehicle or case it is about; empty when it is about the resident.
    #[schema(max_length = 200, example = "KDR-2026-000123")]
    subject_ref: String,
    /// Path in this API that tells more.
    #[schema(
        required,
        max_length = 500,
        example = "/v1/applications/0192f0c1-2345-7abc-8def-0123456789ab"
    )]
    link: Option<String>,
}

impl PaperTask {
    pub(crate) fn new((delivery, task): &Paper, sender: Sender) -> Self {
        Self {
            delivery_id: delivery.id,
            class: delivery.class,
            sender,
            published_at: delivery.published_at,
            handed_over_at: task.handed_over_at,
            content_sha256: hex(&delivery.content_sha256),
        }
    }
}

impl PaperTaskDetail {
    pub(crate) fn new(paper: Paper, content: Content, address: Address, sender: Sender) -> Self {
        let addressee = content.addressee;
        Self {
            task: PaperTask::new(&paper, sender),
            title: content.title,
            body: content.body,
            addressee: addressee.map(|addressee| PaperAddressee::new(addressee, address)),
            enclosures: content.enclosures,
            subject_ref: paper.0.subject_ref,
            link: paper.0.link,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_protected_address_is_asked_of_the_registrar() {
        let note = |lines: &[&str], address| {
            let addressee = Addressee {
                name: "山田 花子".to_owned(),
                address: lines.iter().map(|line| (*line).to_owned()).collect(),
            };
            PaperAddressee::new(addressee, address).note
        };
        let asks = |note: Option<&str>| note.unwrap().contains("利用登録担当");
        assert_eq!(note(&["小平市"], Address::Shown), None);
        assert!(!asks(note(&[], Address::Shown)));
        assert!(asks(note(&["小平市"], Address::Hidden)));
        assert!(asks(note(&[], Address::LeftOut)));
    }
}
