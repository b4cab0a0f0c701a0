//! The decision arrives: a mail, a message, a letter.

use std::time::Duration;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::mail::Reader;
use crate::tour::client::{Ask, Person, check};
use crate::tour::{Portal, TourError, screen};

pub(super) async fn receive(
    portal: &Portal,
    hanako: &Person<'_>,
    path: &str,
    mails: &mut Reader<'_>,
) -> Result<(), TourError> {
    await_delivery(hanako, path).await?;
    mails.show_next().await?;
    let ask = Ask::get(
        "デジタルポスト",
        "/v1/post/messages",
        &["/items/0/title", "/items/0/class", "/items/0/unread"],
    );
    let inbox = hanako.ask(ask).await?;
    let notice = &inbox["items"][0];
    check(
        "inbox",
        notice["link"] == path && notice["unread"] == true,
        "the newest message is about the claim and unread",
    )?;
    let message = format!(
        "/v1/post/messages/{}",
        notice["id"].as_str().unwrap_or_default()
    );
    let open = format!("{message}/open");
    let ask = Ask::post(
        "開く（開封は証跡に残る）",
        &open,
        200,
        &["/body", "/enclosures/0/name", "/first_opened_at"],
    );
    let opened = hanako.ask(ask).await?;
    let letter = download(hanako, &message, &opened["enclosures"][0]).await?;
    verify(portal, &letter, &opened["enclosures"][0]).await?;

    let ask = Ask::get("証跡", &message, &["/evidence", "/evidence_intact"]);
    let proved = hanako.ask(ask).await?;
    let events = proved["evidence"].as_array().map_or(0, Vec::len);
    check(
        "evidence",
        events == 3 && proved["evidence_intact"] == true,
        "published, opened and downloaded are in evidence, and intact",
    )
}

async fn await_delivery(hanako: &Person<'_>, path: &str) -> Result<(), TourError> {
    for _ in 0..100 {
        let ask = Ask::get("花子が進み具合を見る", path, &["/status", "/standing/now"]);
        if hanako.ask(ask).await?["status"] == "completed" {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    check("deliver", false, "the worker delivered the decision")
}

async fn download(
    hanako: &Person<'_>,
    message: &str,
    enclosure: &Value,
) -> Result<Vec<u8>, TourError> {
    let step = "決定通知書（PDF/A）を保存する（保存も証跡に残る）";
    let path = format!("{message}/enclosures/1");
    let letter = hanako.download(step, &path).await?;
    let sha256 = platform::hex(&Sha256::digest(&letter));
    check(
        step,
        letter.starts_with(b"%PDF-") && enclosure["sha256"] == sha256,
        "it is a PDF with the hash that the message names",
    )?;
    screen::remark(&format!("{} バイト、SHA-256 {sha256}", letter.len()));
    Ok(letter)
}

/// Whoever holds the paper types its code in.
async fn verify(portal: &Portal, letter: &[u8], enclosure: &Value) -> Result<(), TourError> {
    let step = "通知書に印刷された確認コードで、本物かどうかを確かめる（ログイン不要）";
    let code = printed_code(letter);
    check(step, code.is_some(), "a code is printed on the letter")?;
    let path = format!("/v1/letters/{}", code.unwrap_or_default());
    let shown = ["/genuine", "/kind", "/sender", "/issued_on", "/pdf_sha256"];
    let genuine = portal.anyone(Ask::get(step, &path, &shown)).await?;
    check(
        step,
        genuine["pdf_sha256"] == enclosure["sha256"],
        "it is the very file",
    )?;
    let ask = Ask {
        expect: 404,
        ..Ask::get(
            "知られていないコード",
            "/v1/letters/00000-00000-00000-00000",
            &["/code", "/title"],
        )
    };
    portal.anyone(ask).await?;
    Ok(())
}

/// Four groups of five, as a reader copies them out of the file.
fn printed_code(letter: &[u8]) -> Option<String> {
    let text = pdf_extract::extract_text_from_mem(letter).ok()?;
    let text: String = text.split_whitespace().collect();
    let (_, after) = text.rsplit_once("確認コード")?;
    Some(after.chars().take(23).collect())
}
