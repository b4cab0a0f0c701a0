//! The steps, a file for each chapter.

mod blunder;
mod care;
mod claim;
mod decision;
mod mail;
mod notification;
mod post;
mod registration;
mod search;
mod statistics;
mod survey;

use chrono::NaiveDate;
use reqwest::Method;
use serde_json::{Map, Value, json};

use self::mail::Reader;
use super::client::{Ask, Person};
use super::{Portal, TourError, screen};
use crate::mail_catcher::MailCatcher;

/// Walks the journey once; `mails` is the mail server of the portal. It may be walked again on the same data.
///
/// # Errors
/// At the first step that does not come out as it should.
pub async fn walk(portal: &Portal, mails: &MailCatcher, today: NaiveDate) -> Result<(), TourError> {
    screen::chapter("1. 手続をさがす — a resident looks for a procedure");
    search::look_around(portal, today).await?;

    screen::chapter("2. メールアドレスを登録する — Hanako wants to hear when there is post");
    let (hanako, mut mails) = (portal.resident("hanako").await?, Reader::of(mails));
    mail::prove_address(&hanako, &mut mails).await?;

    screen::chapter("3. 児童手当を申請する — Hanako claims child allowance");
    let counted_before = statistics::counted(portal, today).await?;
    let claim = claim::file_claim(portal, &hanako).await?;
    mails.show_next().await?;
    survey::answer(portal, &hanako, &claim, "submitted", 4).await?;

    screen::chapter("4. 審査と決裁 — one clerk proposes, another approves");
    decision::decide(portal, &claim).await?;

    screen::chapter("5. デジタルポスト — mail, letter, and how anyone can verify it");
    post::receive(portal, &hanako, &claim, &mut mails).await?;
    survey::answer(portal, &hanako, &claim, "decided", 5).await?;

    screen::chapter("6. 届出と補正 — Taro's dog has moved; one field is to be put right");
    notification::notify(portal, today).await?;

    screen::chapter("7. 添付書類 — a care certification with a file");
    care::renew(portal).await?;

    screen::chapter("8. 数える — Strategy 1 in numbers");
    statistics::count(portal, today, counted_before).await?;
    survey::satisfaction(portal).await?;

    screen::chapter("9. 利用登録 — which person of the city's register somebody is");
    registration::register(portal, &hanako).await?;

    screen::chapter("10. まちがい — what a wrong request gets");
    blunder::blunder(portal, &hanako).await
}

/// Begins a draft; answers it.
async fn begin(person: &Person<'_>, procedure: &str) -> Result<Value, TourError> {
    let ask = Ask::post(
        "下書きを始める",
        "/v1/applications",
        201,
        &["/procedure/name", "/status", "/version"],
    )
    .body(json!({ "procedure": procedure }));
    person.ask(ask).await
}

/// Where an application is, for its owner and the department alike.
fn path_of(application: &Value) -> String {
    format!(
        "/v1/applications/{}",
        application["id"].as_str().unwrap_or_default()
    )
}

async fn save(
    person: &Person<'_>,
    path: &str,
    title: &str,
    version: &Value,
    answers: Map<String, Value>,
) -> Result<Value, TourError> {
    let path = format!("{path}/answers");
    let ask = Ask {
        method: Method::PATCH,
        ..Ask::post(title, &path, 200, &["/version", "/standing/next"])
            .version(version)
            .body(json!({"answers": answers}))
    };
    person.ask(ask).await
}

/// A clerk's act on an application in the version of `case`; answers the case after it.
async fn act(
    clerk: &Person<'_>,
    case: &Value,
    (title, act): (&str, &str),
    show: &[&str],
) -> Result<Value, TourError> {
    let path = format!("{}/{act}", path_of(case));
    let ask = Ask::post(title, &path, 200, show).version(&case["version"]);
    clerk.ask(ask).await
}

/// The first valid example of a definition: what the form itself says is right.
fn example(examples: &str) -> Map<String, Value> {
    let examples: Vec<Value> = serde_json::from_str(examples).unwrap_or_default();
    let valid = examples
        .into_iter()
        .find(|example| example["valid"] == true);
    let answers = valid.map(|mut example| example["answers"].take());
    match answers {
        Some(Value::Object(answers)) => answers,
        _ => Map::new(),
    }
}
