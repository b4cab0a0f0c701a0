//! What the API answers with, and the words it shares with the sending crates.

mod paper;

use chrono::{DateTime, Utc};
use platform::{Result, hex};
use serde::Serialize;
use utoipa::ToSchema;

use crate::content::Content;
use crate::enclosure::Enclosure;
use crate::evidence::{self, Link};
use crate::state::Stage;
use crate::store::Delivery;
pub(crate) use paper::{Address, PaperTask, PaperTaskDetail};

platform::id!(
    /// A message to one resident, digital or on paper.
    DeliveryId
);

platform::text_enum! {
    /// The legal weight of a message.
    Class {
        /// お知らせ
        Info = "info",
        /// 処分通知など
        Formal = "formal",
    }
}

platform::text_enum! {
    /// How a message reaches its recipient.
    Route {
        /// Into the digital post.
        Digital = "digital",
        /// Printed and handed over by a clerk.
        Paper = "paper",
    }
}

/// The department a message comes from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Sender {
    /// Stable code.
    #[schema(max_length = 100, example = "child-support")]
    pub(crate) code: String,
    /// Name in Japanese.
    #[schema(max_length = 200, example = "子育て支援課")]
    pub(crate) name: String,
}

/// A message in the resident's digital post, as in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageSummary {
    pub(crate) id: DeliveryId,
    /// What it is about, in one line.
    #[schema(max_length = 200, example = "児童手当の認定結果のお知らせ")]
    title: String,
    class: Class,
    sender: Sender,
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
    /// When it became available.
    published_at: DateTime<Utc>,
    /// When the resident opened it first.
    #[schema(required)]
    first_opened_at: Option<DateTime<Utc>>,
    /// Whether it has never been opened.
    unread: bool,
}

/// A message with its evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageDetail {
    #[serde(flatten)]
    summary: MessageSummary,
    /// Plain text; null until the message has been opened.
    #[schema(
        required,
        max_length = 20000,
        example = "認定請求について、次のとおり決定しました。"
    )]
    body: Option<String>,
    /// The same in other languages.
    #[schema(max_items = 10)]
    translations: Vec<TranslatedMessage>,
    /// Files that came with it; numbered from 1 in their addresses.
    #[schema(max_items = 10)]
    enclosures: Vec<Enclosure>,
    /// SHA-256 of the canonical JSON (RFC 8785) of `{title, body}`, with `enclosures` and `translations` where
    /// there are any: where the evidence chain begins.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    content_sha256: String,
    /// What happened to the message, in order.
    #[schema(min_items = 1, max_items = 10)]
    evidence: Vec<Evidence>,
    /// Whether content and events still agree with their hashes, recomputed for this answer.
    evidence_intact: bool,
}

/// A message in another language than Japanese. The Japanese text is the one that counts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TranslatedMessage {
    /// BCP 47: `ja-x-easy` is やさしい日本語.
    #[schema(max_length = 20, example = "en")]
    language: String,
    /// What it is about, in one line.
    #[schema(max_length = 200, example = "Notice of decision: Child allowance")]
    title: String,
    /// Plain text; null until the message has been opened.
    #[schema(
        required,
        max_length = 20000,
        example = "It has been decided as follows."
    )]
    body: Option<String>,
}

/// One event of a message's evidence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evidence {
    /// Place in the chain, from 1.
    #[schema(minimum = 1, example = 1)]
    seq: i32,
    /// The stage it led to.
    kind: Stage,
    /// When.
    occurred_at: DateTime<Utc>,
    /// SHA-256 over the hash before and this event.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    hash: String,
}

/// How many messages wait to be opened.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnreadCount {
    /// Messages never opened.
    #[schema(minimum = 0, example = 2)]
    pub(crate) unread: i64,
}

impl MessageSummary {
    pub(crate) fn new(delivery: Delivery, title: String, sender: Sender) -> Self {
        Self {
            id: delivery.id,
            title,
            class: delivery.class,
            sender,
            subject_ref: delivery.subject_ref,
            link: delivery.link,
            published_at: delivery.published_at,
            first_opened_at: delivery.first_opened_at,
            unread: delivery.first_opened_at.is_none(),
        }
    }
}

/// Whether a message is shown with its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// To whoever has opened it.
    IfOpened,
    /// To whoever opens it now, also where that does not count as opened by the resident.
    Revealed,
}

impl MessageDetail {
    pub(crate) fn new(
        delivery: Delivery,
        content: Content,
        body: Body,
        sender: Sender,
        links: &[Link],
    ) -> Result<Self> {
        let sha256 = content.sha256()?;
        let is_shown = body == Body::Revealed || delivery.first_opened_at.is_some();
        let told = content.translations.into_iter();
        let told = told.map(|told| TranslatedMessage {
            language: told.language,
            title: told.title,
            body: is_shown.then_some(told.body),
        });
        let told = told.collect();
        let intact = evidence::intact(&sha256, delivery.first_opened_at, links)?;
        Ok(Self {
            body: is_shown.then_some(content.body),
            translations: told,
            enclosures: content.enclosures,
            content_sha256: hex(&delivery.content_sha256),
            evidence: links.iter().map(Evidence::from).collect(),
            evidence_intact: intact && sha256 == delivery.content_sha256,
            summary: MessageSummary::new(delivery, content.title, sender),
        })
    }
}

impl From<&Link> for Evidence {
    fn from(link: &Link) -> Self {
        Self {
            seq: link.seq,
            kind: link.kind,
            occurred_at: link.occurred_at,
            hash: hex(&link.hash),
        }
    }
}
