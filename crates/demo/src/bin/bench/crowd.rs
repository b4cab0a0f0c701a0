//! The residents who file: made up, logged in, with a proved mail address each.

use chrono::NaiveDate;
use demo::city::{DemoResident, Gender};
use demo::mail_catcher::MailCatcher;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::time::Duration;

use crate::Result;
use crate::portal::{Portal, Session};

/// The procedure that is filed.
pub(crate) const PROCEDURE: &str = "child-allowance-claim";
const EXAMPLES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../catalogue/procedures/child-allowance-claim/v1/examples.json"
));

/// With [`DRAFTS_EACH`], enough drafts for one measurement.
const RESIDENTS: usize = 210;
/// The portal allows no more at a time.
const DRAFTS_EACH: usize = 50;
/// Residents with cases before anything is measured, and how many each: an inbox of more than a page.
const FILERS: usize = 20;
const CASES_EACH: usize = 30;
/// Requests at a time while preparing.
const AT_A_TIME: usize = 16;

/// The residents, made up once for the life of the process.
pub(crate) fn residents() -> &'static [DemoResident] {
    let people: Vec<_> = (1..=RESIDENTS).map(resident).collect();
    people.leak()
}

fn resident(number: usize) -> DemoResident {
    let login = format!("bench-{number:04}");
    DemoResident {
        subject: format!("{login}-subject"),
        name: "計測 太郎".to_owned(),
        name_kana: "ケイソク タロウ".to_owned(),
        birthdate: NaiveDate::default(),
        gender: Gender::Male,
        address: format!("東京都小平市小川町九丁目９９９９番地の{number}"),
        email: format!("{login}@resident.example"),
        login,
    }
}

/// All of them, logged in.
pub(crate) struct Crowd {
    people: &'static [DemoResident],
    sessions: Vec<Session>,
}

/// A draft whose answers are complete.
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) owner: Session,
}

impl Crowd {
    /// Logs everybody in. Tokens last ten minutes.
    pub(crate) async fn log_in(portal: &Portal, people: &'static [DemoResident]) -> Result<Self> {
        let logins = stream::iter(people).map(|person| portal.resident(&person.login));
        let sessions = logins.buffered(AT_A_TIME).try_collect().await?;
        Ok(Self { people, sessions })
    }

    /// As [`Self::log_in`], of the same people.
    pub(crate) async fn log_in_again(&self, portal: &Portal) -> Result<Self> {
        Self::log_in(portal, self.people).await
    }

    /// Everybody who filed cases before the measurements.
    pub(crate) fn filers(&self) -> &[Session] {
        &self.sessions[..FILERS]
    }

    /// Somebody who is not measured: what is replayed is theirs, and nobody could open it.
    pub(crate) fn bystander(&self) -> Result<&Session> {
        Ok(self.sessions.last().ok_or("nobody is logged in")?)
    }

    /// Proves everybody's address by the code in the mail, so that a filing promises a mail.
    pub(crate) async fn prove_addresses(&self, mails: &MailCatcher) -> Result<()> {
        let everybody = || stream::iter(self.people.iter().zip(&self.sessions));
        everybody()
            .map(Ok)
            .try_for_each_concurrent(AT_A_TIME, async |(person, session)| {
                let body = json!({"address": person.email});
                let path = "/v1/me/email";
                session.send(Method::PUT, path, None, &body, 202).await?;
                Result::Ok(())
            })
            .await?;
        let limit = Duration::from_secs(60);
        let mails = mails.wait_for(self.people.len(), limit).await;
        let codes: HashMap<_, _> = mails
            .iter()
            .filter_map(|mail| Some((mail.to.first()?.as_str(), code_in(&mail.body)?)))
            .collect();
        everybody()
            .map(Ok)
            .try_for_each_concurrent(AT_A_TIME, async |(person, session)| {
                let code = codes.get(person.email.as_str());
                let body = json!({"code": code.ok_or("a mail with a code did not come")?});
                let path = "/v1/me/email/verify";
                session.send(Method::POST, path, None, &body, 204).await?;
                Ok(())
            })
            .await
    }

    /// Files the cases there are before anything is measured.
    pub(crate) async fn file_cases(&self) -> Result<()> {
        let wanted = self.filers().iter();
        let wanted = wanted.flat_map(|session| std::iter::repeat_n(session, CASES_EACH));
        stream::iter(wanted)
            .map(Ok)
            .try_for_each_concurrent(AT_A_TIME, async |session| {
                let draft = Draft::complete(session, &answers()?).await?;
                draft.file().await.map(drop)
            })
            .await
    }

    /// So many drafts, spread over everybody but the bystander.
    pub(crate) async fn drafts(&self, count: usize) -> Result<Vec<Draft>> {
        let (_, owners) = self.sessions.split_last().ok_or("nobody is logged in")?;
        if count > owners.len() * DRAFTS_EACH {
            return Err("more drafts are wanted than the residents may have".into());
        }
        let answers = answers()?;
        let owners = owners.iter().cycle().take(count);
        let drafts = stream::iter(owners).map(|owner| Draft::complete(owner, &answers));
        drafts.buffer_unordered(AT_A_TIME).try_collect().await
    }
}

impl Draft {
    /// Begins a draft and keeps answers that are valid.
    pub(crate) async fn complete(owner: &Session, answers: &Map<String, Value>) -> Result<Self> {
        let body = json!({"procedure": PROCEDURE});
        let path = "/v1/applications";
        let begun = owner.send(Method::POST, path, None, &body, 201).await?;
        let id = begun["id"].as_str().ok_or("a draft without an id")?;
        let body = json!({"answers": answers});
        let path = format!("/v1/applications/{id}/answers");
        let version = begun["version"].as_i64();
        let kept = owner.send(Method::PATCH, &path, version, &body, 200);
        Ok(Self {
            id: id.to_owned(),
            version: kept.await?["version"].as_i64().unwrap_or_default(),
            owner: owner.clone(),
        })
    }

    /// Files it; answers the receipt.
    pub(crate) async fn file(&self) -> Result<Value> {
        let path = format!("/v1/applications/{}/submit", self.id);
        let owner = &self.owner;
        let version = Some(self.version);
        owner.send(Method::POST, &path, version, &wish(), 201).await
    }
}

/// What the body of a filing says.
pub(crate) fn wish() -> Value {
    json!({"electronic_notice_consent": true})
}

/// The answers of the procedure's first valid example.
pub(crate) fn answers() -> Result<Map<String, Value>> {
    let examples: Vec<Value> = serde_json::from_str(EXAMPLES)?;
    let valid = examples
        .into_iter()
        .find(|example| example["valid"] == true);
    match valid.map(|mut example| example["answers"].take()) {
        Some(Value::Object(answers)) => Ok(answers),
        _ => Err("the procedure has no valid example".into()),
    }
}

/// The six digits in a mail.
fn code_in(body: &str) -> Option<&str> {
    let words = body.split(|letter: char| !letter.is_ascii_digit());
    words.into_iter().find(|word| word.len() == 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resident_is_another() {
        let people = residents();
        let subjects = people.iter().map(|person| &person.subject);
        let subjects: std::collections::HashSet<_> = subjects.collect();
        assert_eq!(subjects.len(), RESIDENTS);
    }

    #[test]
    fn the_code_is_found_among_words() {
        assert_eq!(code_in("確認コード: 012345\n15分"), Some("012345"));
        assert_eq!(code_in("1234567 12345"), None);
    }

    #[test]
    fn there_is_a_valid_example() {
        assert!(answers().unwrap().contains_key("claimant_name"));
    }
}
