//! The queue between the promise and the mail server.

use chrono::TimeDelta;
use jobs::mail::{MailAddress, Mailer, Notice, SendError, VerificationCode};
use jobs::{Counts, Failure, Handler, HandlerFuture, Job, Lease, Worker};
use platform::embedded_postgres::{Durability, EmbeddedPostgres, Options};
use platform::{Clock, Database};
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Serialize, Deserialize)]
struct Prove {
    address: String,
}

impl Job for Prove {
    const KIND: &'static str = "test.prove";

    fn deduplication_key(&self) -> String {
        self.address.clone()
    }
}

struct Postman {
    mailer: Mailer,
    clock: Clock,
}

impl Handler for Postman {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let to: MailAddress = lease.job::<Prove>()?.address.parse().unwrap();
            let code = VerificationCode::from_digits("012345").unwrap();
            let (notice, now) = (Notice::VerifyAddress { code }, self.clock.now());
            let sent = self.mailer.send(lease.promise(), &to, &notice, now).await;
            sent.map_err(|error| match error {
                SendError::Later(error) => Failure::Later(error),
                SendError::Never(error) | SendError::NoSuchMailbox(error) => Failure::Never(error),
            })?;
            let mut conn = database.connection().await?;
            Ok(lease.complete(&mut conn).await?)
        })
    }
}

/// A queue that mails through the catcher, on a clock that is moved by hand.
struct House {
    catcher: MailCatcher,
    clock: Clock,
    database: Database,
    worker: Worker,
    postgres: EmbeddedPostgres,
    _directory: tempfile::TempDir,
}

impl House {
    async fn build() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let options = Options {
            directory: directory.path().join("postgres"),
            durability: Durability::ThrowAway,
        };
        let postgres = EmbeddedPostgres::start(&options).await.unwrap();
        let name = EmbeddedPostgres::DATABASE;
        let owner = postgres.owner_url(name);
        platform::database::migrate(&owner).await.unwrap();
        let database = Database::connect(&postgres.server_url(name), 2).unwrap();
        let (catcher, clock) = (catcher().await, Clock::fixed(Clock::real().now()));
        let from = "portal@city.example";
        let mailer = Mailer::new(&catcher.smtp_url(), from, "https://portal.example").unwrap();
        let postman = Postman {
            mailer,
            clock: clock.clone(),
        };
        Self {
            worker: Worker::new(database.clone(), clock.clone()).handle::<Prove>(postman),
            catcher,
            clock,
            database,
            postgres,
            _directory: directory,
        }
    }

    async fn promise(&self, address: &str) {
        let address = address.to_owned();
        let mut conn = self.database.connection().await.unwrap();
        let now = self.clock.now();
        let promised = jobs::enqueue(&mut conn, &Prove { address }, now).await;
        promised.unwrap();
    }

    async fn counts(&self) -> (i64, i64) {
        let mut conn = self.database.connection().await.unwrap();
        let Counts { waiting, dead } = jobs::counts(&mut conn).await.unwrap();
        (waiting, dead)
    }

    async fn close(self) {
        self.database.close();
        self.postgres.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_a_refusal_for_good_ends_the_job_at_once() {
    let house = House::build().await;

    house.promise("a@city.example").await;
    house.promise("a@city.example").await;
    house.catcher.refuse_next(2, Refusal::Busy);
    assert_eq!(house.worker.run_due().await.unwrap(), 1);
    assert_eq!(
        (house.counts().await, house.catcher.mails().len()),
        ((1, 0), 0)
    );
    assert_eq!(
        house.worker.run_due().await.unwrap(),
        0,
        "not before its time"
    );
    for _ in 0..2 {
        house.clock.advance(TimeDelta::seconds(5));
        house.worker.run_due().await.unwrap();
    }
    assert_eq!(house.counts().await, (0, 0));
    let mails = house.catcher.mails();
    assert_eq!(mails.len(), 1, "one promise, one mail");
    assert_eq!(mails[0].to, ["a@city.example"]);

    for refusal in [Refusal::NoSuchMailbox, Refusal::Rejected] {
        house.promise(&format!("{refusal:?}@city.example")).await;
        house.catcher.refuse_next(1, refusal);
    }
    assert_eq!(house.worker.run_due().await.unwrap(), 2);
    assert_eq!(house.counts().await, (0, 2));
    house.clock.advance(TimeDelta::days(1));
    assert_eq!(house.worker.run_due().await.unwrap(), 0);
    assert_eq!(house.catcher.mails().len(), 1);
    house.close().await;
}
