//! Work after the answer: promised jobs, mail, the audit sealer, tidying up.

mod postman;

use std::sync::Arc;
use std::time::{Duration, Instant};

use applications::{
    BringingAlong, CarryOutReorganisation, DecisionDelivery, DeliverDecision, DraftMoving,
    FileRemoval, HandOverCases, HandingOver, RemoveFile, Reorganising,
};
use auth::registration::BringAlong;
use forms::VersionInForce;
use jobs::Worker;
use platform::Result;
use tokio_util::sync::CancellationToken;

use crate::services::Services;

pub use postman::postman;

/// How often the sealer runs; also the longest an audit row waits unsealed.
const SEAL_EVERY: Duration = Duration::from_secs(1);
/// How often expired rows are deleted.
const TIDY_EVERY: Duration = Duration::from_secs(60);

/// A worker with the handler of every kind of job but mail.
pub fn worker(services: &Services) -> Worker {
    let decisions = DecisionDelivery {
        keys: services.keys.clone(),
        forms: services.forms.clone(),
        clock: services.clock.clone(),
        press: Arc::clone(&services.press),
        storage: services.storage.clone(),
        letter_url: services.letter_url.clone(),
    };
    let files = FileRemoval {
        storage: services.storage.clone(),
    };
    let drafts = DraftMoving {
        forms: services.forms.clone(),
        keys: services.keys.clone(),
        clock: services.clock.clone(),
    };
    let reorganisations = Reorganising {
        clock: services.clock.clone(),
    };
    let handing_over = HandingOver {
        clock: services.clock.clone(),
    };
    let relinks = BringingAlong {
        clock: services.clock.clone(),
    };
    Worker::new(services.database.clone(), services.clock.clone())
        .handle::<DeliverDecision>(decisions)
        .handle::<RemoveFile>(files)
        .handle::<VersionInForce>(drafts)
        .handle::<HandOverCases>(handing_over)
        .handle::<CarryOutReorganisation>(reorganisations)
        .handle::<BringAlong>(relinks)
}

/// Runs jobs and timers until cancelled; what is in hand is finished first.
///
/// Mail has a worker of its own: a mail server that is slow must not hold up decisions.
pub async fn background(services: Services, stop: CancellationToken) {
    let (jobs, mail) = (worker(&services), postman(&services));
    tokio::join!(
        jobs.run(&stop),
        mail.run(&stop),
        timers(&services, &stop),
        follow_keys(&services, &stop)
    );
}

/// Notices keys that another process made, until cancelled: every process signs and verifies.
pub(crate) async fn follow_keys(services: &Services, stop: &CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(keys::RELOAD_EVERY) => report(reload_keys(services).await),
        }
    }
}

async fn reload_keys(services: &Services) -> Result<()> {
    let mut conn = services.database.connection().await?;
    services.keys.reload(&mut conn).await
}

async fn timers(services: &Services, stop: &CancellationToken) {
    let mut tidied = None::<Instant>;
    while !stop.is_cancelled() {
        report(seal(services).await);
        if tidied.is_none_or(|at| at.elapsed() >= TIDY_EVERY) {
            report(tidy(services).await);
            tidied = Some(Instant::now());
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(SEAL_EVERY) => {}
        }
    }
}

fn report(done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!(error.cause = %error, "a timer's work failed");
    }
}

async fn seal(services: &Services) -> Result<()> {
    let mut conn = services.database.connection().await?;
    while audit::seal(&mut conn, services.clock.now()).await? > 0 {}
    Ok(())
}

/// Deletes what has had its time, and warns of the drafts that will have.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn tidy(services: &Services) -> Result<()> {
    let now = services.clock.now();
    let mut conn = services.database.connection().await?;
    platform::idempotency::forget_old(&mut conn, now).await?;
    auth::forget_expired(&mut conn, now).await?;
    auth::local::forget_expired(&mut conn, now).await?;
    applications::expire_drafts(&mut conn, &services.keys, &services.forms, now).await?;
    Ok(())
}
