//! The loop that does what was promised.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt as _;
use platform::{Clock, Database, Error, Result};
use tokio_util::sync::CancellationToken;

use crate::queue::{self, Job, Lease};

/// How often an idle worker looks for due jobs.
const POLL: Duration = Duration::from_millis(200);

/// Why a job was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It may go better later; tried again with growing pauses.
    #[error("{0}")]
    Later(#[from] Error),
    /// It will never go better: the job is dead until an operator looks at it.
    #[error("{0}")]
    Never(Error),
}

/// The work of one handler.
pub type HandlerFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// Does one kind of job. It must call [`Lease::complete`] in the transaction that does the work.
pub trait Handler: Send + Sync {
    /// Does the job, or answers why not.
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a>;
}

/// A worker: knows a handler for each kind of job. Any number may run, in any number of processes.
pub struct Worker {
    database: Database,
    clock: Clock,
    handlers: HashMap<&'static str, Box<dyn Handler>>,
}

impl Worker {
    /// A worker without handlers.
    pub fn new(database: Database, clock: Clock) -> Self {
        Self {
            database,
            clock,
            handlers: HashMap::new(),
        }
    }

    /// Adds the handler of one kind of job.
    #[must_use]
    pub fn handle<J: Job>(mut self, handler: impl Handler + 'static) -> Self {
        self.handlers.insert(J::KIND, Box::new(handler));
        self
    }

    /// Works until cancelled; a job in hand is finished first.
    pub async fn run(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.run_one().await {
                Ok(true) => continue,
                Ok(false) => POLL,
                Err(error) => {
                    tracing::warn!(error.cause = %error, "the queue cannot be read");
                    Duration::from_secs(1)
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Does everything that is due now; answers how many jobs it took.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn run_due(&self) -> Result<usize> {
        let mut done = 0;
        while self.run_one().await? {
            done += 1;
        }
        Ok(done)
    }

    /// Takes one due job and does it; `false` when none is due.
    async fn run_one(&self) -> Result<bool> {
        let kinds: Vec<_> = self.handlers.keys().copied().collect();
        let leased = {
            let mut conn = self.database.connection().await?;
            queue::lease(&mut conn, &kinds, self.clock.now()).await?
        };
        let Some(lease) = leased else {
            return Ok(false);
        };
        if let Err(failure) = self.attempt(&lease).await {
            let mut conn = self.database.connection().await?;
            let now = self.clock.now();
            let dead = lease.give_back(&mut conn, &failure, now).await?;
            tracing::warn!(job.kind = lease.kind, job.dead = dead, error.cause = %failure, "job failed");
        }
        Ok(true)
    }

    /// A handler that panics has failed; it does not end the worker.
    async fn attempt(&self, lease: &Lease) -> Result<(), Failure> {
        let handler = self
            .handlers
            .get(lease.kind.as_str())
            .ok_or_else(|| Error::internal("no handler for this kind of job"))?;
        AssertUnwindSafe(handler.run(&self.database, lease))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(Error::internal("the handler panicked").into()))
    }
}
