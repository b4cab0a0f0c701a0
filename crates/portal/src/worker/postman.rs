//! The worker that sends mail. What a mail says and to whom is decided when it is sent.

use std::future::Future;
use std::marker::PhantomData;

use auth::contacts::{self, Recipient, SendCode, TellOfCopiedLogin};
use auth::email_login::{self, SendLoginCode};
use auth::local::{SendInvitation, invitation_mail};
use digital_post::NotifyOfPost;
use jobs::mail::{Mailer, Notice, SendError};
use jobs::{Failure, Handler, HandlerFuture, Job, Lease, Worker};
use keys::Keys;
use platform::{AsyncPgConnection, Clock, Database, Result};

use crate::services::Services;

/// A worker with the handlers of all mail.
pub fn postman(services: &Services) -> Worker {
    let round = Round {
        keys: services.keys.clone(),
        clock: services.clock.clone(),
        mailer: services.mailer.clone(),
        staff_url: services.staff_realm.people_url().to_owned(),
    };
    Worker::new(services.database.clone(), services.clock.clone())
        .handle::<SendCode>(round.errands::<SendCode>())
        .handle::<SendLoginCode>(round.errands::<SendLoginCode>())
        .handle::<TellOfCopiedLogin>(round.errands::<TellOfCopiedLogin>())
        .handle::<SendInvitation>(round.errands::<SendInvitation>())
        .handle::<NotifyOfPost>(round.errands::<NotifyOfPost>())
}

#[derive(Clone)]
struct Round {
    keys: Keys,
    clock: Clock,
    mailer: Option<Mailer>,
    staff_url: String,
}

/// Whom to write to and what; `None` when there is no reason any more.
type Letter = Option<(Recipient, Notice)>;

/// A promise that is kept by a mail.
trait Errand: Job {
    /// The mail, as things stand when it is sent.
    fn letter(
        &self,
        conn: &mut AsyncPgConnection,
        round: &Round,
    ) -> impl Future<Output = Result<Letter>> + Send;
}

impl Errand for SendCode {
    async fn letter(&self, conn: &mut AsyncPgConnection, round: &Round) -> Result<Letter> {
        contacts::code_mail(conn, &round.keys, self, round.clock.now()).await
    }
}

impl Errand for SendLoginCode {
    async fn letter(&self, conn: &mut AsyncPgConnection, round: &Round) -> Result<Letter> {
        email_login::code_mail(conn, &round.keys, self, round.clock.now()).await
    }
}

impl Errand for SendInvitation {
    async fn letter(&self, conn: &mut AsyncPgConnection, round: &Round) -> Result<Letter> {
        let (url, now) = (&round.staff_url, round.clock.now());
        invitation_mail(conn, &round.keys, self, url, now).await
    }
}

impl Errand for TellOfCopiedLogin {
    async fn letter(&self, conn: &mut AsyncPgConnection, round: &Round) -> Result<Letter> {
        contacts::copied_login_mail(conn, &round.keys, self).await
    }
}

impl Errand for NotifyOfPost {
    async fn letter(&self, conn: &mut AsyncPgConnection, round: &Round) -> Result<Letter> {
        digital_post::notice_mail(conn, &round.keys, self, round.clock.now()).await
    }
}

impl Round {
    fn errands<E: Errand>(&self) -> Post<E> {
        Post(self.clone(), PhantomData)
    }

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
                let sending = mailer.send(lease.promise(), &to.address, notice, now);
                sending.await
            }
        };
        let mut conn = database.connection().await?;
        match (sent, letter) {
            (Ok(()), _) => Ok(lease.complete(&mut conn).await?),
            (Err(SendError::NoSuchMailbox(cause)), Some((to, _))) => {
                contacts::suppress(&mut conn, &to).await?;
                Err(Failure::Never(cause))
            }
            (Err(SendError::NoSuchMailbox(cause) | SendError::Never(cause)), _) => {
                Err(Failure::Never(cause))
            }
            (Err(SendError::Later(cause)), _) => Err(Failure::Later(cause)),
        }
    }
}

/// Runs the errands of one kind.
struct Post<E>(Round, PhantomData<fn() -> E>);

impl<E: Errand + Send + Sync + 'static> Handler for Post<E> {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let Self(round, _) = self;
            let letter = {
                let mut conn = database.connection().await?;
                let errand: E = lease.job()?;
                errand.letter(&mut conn, round).await?
            };
            round.post(database, lease, letter).await
        })
    }
}
