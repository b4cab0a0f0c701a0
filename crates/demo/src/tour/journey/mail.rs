//! Mail that says there is something, and not what.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::city;
use crate::mail_catcher::{Mail, MailCatcher};
use crate::tour::client::{Ask, Person, mismatch};
use crate::tour::{TourError, screen};

/// How long a mail may take from its promise to the catcher.
const PATIENCE: Duration = Duration::from_secs(20);

/// Proves Hanako's address by the code that is mailed to it; on a second tour it is proved already.
pub(super) async fn prove_address(
    hanako: &Person<'_>,
    mails: &mut Reader<'_>,
) -> Result<(), TourError> {
    let me = hanako
        .ask(Ask::get("花子の登録", "/v1/me", &["/email"]))
        .await?;
    if me["email"]["verified"] == true {
        return Ok(());
    }
    let address = city::resident("hanako").map_or("", |person| person.email.as_str());
    let ask = Ask {
        method: Method::PUT,
        ..Ask::post(
            "メールアドレスを登録する（確認コードが届く）",
            "/v1/me/email",
            202,
            &["/address", "/verified"],
        )
        .body(json!({ "address": address }))
    };
    hanako.ask(ask).await?;
    let mail = mails.show_next().await?;
    let mut lines = mail.body.lines();
    let code = lines.find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()));
    let ask = Ask::post(
        "届いた確認コードを入力する",
        "/v1/me/email/verify",
        204,
        &[],
    );
    hanako.ask(ask.body(json!({ "code": code }))).await?;
    Ok(())
}

/// Reads the mails in the order they come.
pub(super) struct Reader<'a> {
    mails: &'a MailCatcher,
    shown: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn of(mails: &'a MailCatcher) -> Self {
        Self { mails, shown: 0 }
    }

    /// Waits for the next mail and shows it as a mail program would.
    pub(super) async fn show_next(&mut self) -> Result<Mail, TourError> {
        let came = self.mails.wait_for(self.shown + 1, PATIENCE).await;
        let mail = came.get(self.shown).cloned();
        let mail = mail.ok_or_else(|| mismatch("mail", "no mail came".to_owned()))?;
        self.shown += 1;
        screen::mail(&mail);
        Ok(mail)
    }
}
