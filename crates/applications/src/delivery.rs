//! A decision's way to the applicant: its letter is printed, kept, registered and handed to the post.

use std::sync::Arc;

use audit::Actor;
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use digital_post::Enclosure;
use documents::letter::{self, LetterKind, NewLetter, Press};
use documents::sha256;
use forms::{Filled, Forms};
use jobs::{Failure, Handler, HandlerFuture, Job, Lease};
use keys::Keys;
use platform::{AsyncPgConnection, Clock, Database, Error, Result, Storage};
use serde::{Deserialize, Serialize};

use crate::letter::DecisionLetter;
use crate::model::ApplicationId;
use crate::notices::{self, Notice};
use crate::sealing::Column;
use crate::state::{Event, Status};
use crate::store::{self, Application};
use crate::transition::{Happening, transition};

/// The promise to deliver a decision, made in the transaction that took it.
#[derive(Debug, Serialize, Deserialize)]
pub struct DeliverDecision {
    /// Which application was decided.
    pub application_id: ApplicationId,
}

impl Job for DeliverDecision {
    const KIND: &'static str = "applications.deliver_decision";

    fn deduplication_key(&self) -> String {
        self.application_id.to_string()
    }
}

/// Delivers decisions: to the digital post where the applicant asked for that when filing
/// (デジタル手続法7条1項但書), on paper otherwise.
pub struct DecisionDelivery {
    /// Opens what was decided, seals what is delivered.
    pub keys: Keys,
    /// The versions that bring a template of their own.
    pub forms: Forms,
    /// Tells the legal moment of delivery.
    pub clock: Clock,
    /// Prints the letter.
    pub press: Arc<Press>,
    /// Keeps the file.
    pub storage: Storage,
    /// Where letters are verified; the code is appended.
    pub letter_url: String,
}

impl Handler for DecisionDelivery {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(self.deliver(database, lease))
    }
}

/// A decision that has not been delivered, the template of its letter and the words of its message.
struct Undelivered {
    letter: DecisionLetter,
    template: String,
    words: Filled,
}

/// A letter that has been printed, and its file, which is kept.
struct Printed {
    letter: DecisionLetter,
    words: Filled,
    sha256: Vec<u8>,
    enclosure: Enclosure,
}

impl DecisionDelivery {
    /// No connection is held while the letter is printed and kept. Doing it all again after a crash
    /// prints the same file; by another program or other fonts it is another one, kept beside the first.
    async fn deliver(&self, database: &Database, lease: &Lease) -> Result<(), Failure> {
        let DeliverDecision { application_id } = lease.job()?;
        let undelivered = {
            let mut conn = database.connection().await?;
            self.undelivered(&mut conn, application_id).await?
        };
        let printed = match undelivered {
            Some(undelivered) => Some(self.print(undelivered).await?),
            None => None,
        };
        let mut conn = database.connection().await?;
        conn.transaction(async |conn| {
            if let Some(printed) = printed {
                self.hand_over(conn, application_id, printed).await?;
            }
            lease.complete(conn).await
        })
        .await?;
        Ok(())
    }

    async fn undelivered(
        &self,
        conn: &mut AsyncPgConnection,
        id: ApplicationId,
    ) -> Result<Option<Undelivered>> {
        let application = store::load(conn, id).await?;
        if application.status != Status::Decided {
            return Ok(None);
        }
        let decided = store::decision(conn, id).await?;
        let (decision, proposal) =
            decided.ok_or_else(|| Error::internal("decided without a decision"))?;
        let letter: DecisionLetter =
            Column::Notice.open(&self.keys, id, &decision.sealed_notice)?;
        let form = self.forms.version(conn, letter.form_version_id).await?;
        let template = form.definition.letter.as_deref();
        let procedure = self.forms.procedure(conn, application.procedure_id).await?;
        let outcome = proposal.outcome;
        Ok(Some(Undelivered {
            words: notices::decided(&procedure, &form, &letter.notice, outcome),
            template: template.unwrap_or(letter::DECISION).to_owned(),
            letter,
        }))
    }

    async fn print(&self, undelivered: Undelivered) -> Result<Printed, Failure> {
        let Undelivered {
            letter,
            template,
            words,
        } = undelivered;
        let data = letter.data(&self.letter_url)?;
        let press = Arc::clone(&self.press);
        let printed = tokio::task::spawn_blocking(move || press.print(&template, &data)).await;
        let pdf = printed
            .map_err(Error::internal)?
            .map_err(|error| Failure::Never(Error::internal(error)))?;
        let sha256 = sha256(&pdf);
        let name = letter.file_name();
        Ok(Printed {
            enclosure: Enclosure::keep(&self.storage, name, "application/pdf", pdf).await?,
            letter,
            words,
            sha256,
        })
    }

    /// Another worker may have delivered it meanwhile, after this one's lease.
    async fn hand_over(
        &self,
        conn: &mut AsyncPgConnection,
        id: ApplicationId,
        printed: Printed,
    ) -> Result<()> {
        let mut application = store::lock(conn, id).await?;
        if application.status != Status::Decided {
            return Ok(());
        }
        let now = self.clock.legal_now(conn).await?;
        register(conn, &printed, now).await?;
        let notice = notice(conn, &application, printed).await?;
        notice.deliver(conn, &self.keys, &application, now).await?;
        let happening = Happening {
            event: Event::Deliver,
            actor: Actor::System,
            mandate: None,
            sealed_reason: None,
            request: None,
            now,
        };
        transition(conn, &mut application, happening).await
    }
}

async fn notice(
    conn: &mut AsyncPgConnection,
    application: &Application,
    printed: Printed,
) -> Result<Notice> {
    let letterhead = printed.letter.letterhead;
    let submission = store::submission_of(conn, application.id).await?;
    let to = (submission.electronic_notice_consent, letterhead.addressee);
    Ok(Notice {
        enclosures: vec![printed.enclosure],
        ..Notice::formal("application-decided", printed.words, Actor::System, to)
    })
}

/// From now on anyone who holds the letter can tell that it is genuine.
async fn register(
    conn: &mut AsyncPgConnection,
    printed: &Printed,
    now: DateTime<Utc>,
) -> Result<()> {
    let new = NewLetter {
        code: &printed.letter.code,
        kind: LetterKind::Decision,
        sender: &printed.letter.letterhead.sender.office,
        issued_on: printed.letter.notice.decided_on,
        pdf_sha256: &printed.sha256,
    };
    letter::register(conn, new, now).await?;
    Ok(())
}
