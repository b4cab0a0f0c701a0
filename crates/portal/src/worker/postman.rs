//! The worker that sends mail. What a mail says and to whom is decided when it is sent.

use auth::contacts::{self, Recipient, SendCode, TellOfCopiedLogin};
use auth::email_login::{self, SendLoginCode};
use auth::local::{SendInvitation, invitation_mail};
use digital_post::NotifyOfPost;
use jobs::mail::{MailAddress, Mailer, Notice, SendError};
use jobs::{Failure, Handler, HandlerFuture, Lease, Worker};
use keys::Keys;
use platform::{Clock, Database, Result};

use crate::services::Services;

/// A worker with the handlers of all mail.
pub fn postman(services: &Services) -> Worker {
    let round = Round {
        keys: services.keys.clone(),
        clock: services.clock.clone(),
        mailer: services.mailer.clone(),
        staff_url: services.staff_realm.base_url.clone(),
    };
    Worker::new(services.database.clone(), services.clock.clone())
        .handle::<SendCode>(Codes(round.clone()))
        .handle::<SendLoginCode>(LoginCodes(round.clone()))
        .handle::<TellOfCopiedLogin>(CopiedLogins(round.clone()))
        .handle::<SendInvitation>(Invitations(round.clone()))
        .handle::<NotifyOfPost>(Notices(round))
}

#[derive(Clone)]
struct Round {
    keys: Keys,
    clock: Clock,
    mailer: Option<Mailer>,
    staff_url: String,
}

/// Whom to write to.
enum Addressee {
    Resident(Recipient),
    Staff(MailAddress),
}

impl Addressee {
    fn address(&self) -> &MailAddress {
        match self {
            Self::Resident(recipient) => &recipient.address,
            Self::Staff(address) => address,
        }
    }
}

/// Whom to write to and what; `None` when there is no reason any more.
type Letter = Option<(Addressee, Notice)>;

fn to_resident(letter: Option<(Recipient, Notice)>) -> Letter {
    letter.map(|(to, notice)| (Addressee::Resident(to), notice))
}

impl Round {
    /// Sends the letter and takes the job away. No connection is held while the mail server thinks.
    async fn post(
        &self,
        database: &Database,
        lease: &Lease,
        letter: Letter,
    ) -> Result<(), Failure> {
        let sent = match (&self.mailer, &letter) {
            (_, None) => Ok(()),
            (None, Some(_)) => {
                // It was promised while there was a mail server; keeping it for later would surprise.
                tracing::warn!("a mail was not sent: MADOGUCHI_SMTP_URL is unset");
                Ok(())
            }
            (Some(mailer), Some((to, notice))) => {
                let now = self.clock.now();
                let sending = mailer.send(lease.promise(), to.address(), notice, now);
                sending.await
            }
        };
        let mut conn = database.connection().await?;
        match (sent, letter) {
            (Ok(()), _) => Ok(lease.complete(&mut conn).await?),
            (Err(SendError::NoSuchMailbox(cause)), Some((to, _))) => {
                // A resident sees it and sets another; that of staff is seen among the dead jobs.
                if let Addressee::Resident(to) = &to {
                    contacts::suppress(&mut conn, to).await?;
                }
                Err(Failure::Never(cause))
            }
            (Err(SendError::NoSuchMailbox(cause) | SendError::Never(cause)), _) => {
                Err(Failure::Never(cause))
            }
            (Err(SendError::Later(cause)), _) => Err(Failure::Later(cause)),
        }
    }
}

struct Codes(Round);

impl Handler for Codes {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let Self(round) = self;
            let letter = {
                let mut conn = database.connection().await?;
                let now = round.clock.now();
                to_resident(contacts::code_mail(&mut conn, &round.keys, &lease.job()?, now).await?)
            };
            round.post(database, lease, letter).await
        })
    }
}

struct Invitations(Round);

impl Handler for Invitations {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let Self(round) = self;
            let letter = {
                let mut conn = database.connection().await?;
                let (keys, now) = (&round.keys, round.clock.now());
                invitation_mail(&mut conn, keys, &lease.job()?, &round.staff_url, now).await?
            };
            let letter = letter.map(|(to, notice)| (Addressee::Staff(to), notice));
            round.post(database, lease, letter).await
        })
    }
}

struct LoginCodes(Round);

impl Handler for LoginCodes {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let Self(round) = self;
            let letter = {
                let mut conn = database.connection().await?;
                let now = round.clock.now();
                to_resident(
                    email_login::code_mail(&mut conn, &round.keys, &lease.job()?, now).await?,
                )
            };
            round.post(database, lease, letter).await
        })
    }
}

struct CopiedLogins(Round);

impl Handler for CopiedLogins {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let Self(round) = self;
            let letter = {
                let mut conn = database.connection().await?;
                to_resident(
                    contacts::copied_login_mail(&mut conn, &round.keys, &lease.job()?).await?,
                )
            };
            round.post(database, lease, letter).await
        })
    }
}

struct Notices(Round);

impl Handler for Notices {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let Self(round) = self;
            let letter = {
                let mut conn = database.connection().await?;
                to_resident(digital_post::notice_mail(&mut conn, &round.keys, &lease.job()?).await?)
            };
            round.post(database, lease, letter).await
        })
    }
}
