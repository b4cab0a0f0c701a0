//! Time is an argument: the only place of the project that reads a clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use diesel_async::AsyncPgConnection;

use crate::error::{Error, Result};

diesel::define_sql_function! {
    /// The database's clock, read anew inside a transaction.
    fn clock_timestamp() -> Timestamptz;
}

/// Where the time comes from.
///
/// In production anything with legal effect reads the database's clock, so that several servers agree;
/// a fixed clock serves the tests.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Real,
    /// Microseconds since the epoch, shared by all clones.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The real time.
    pub fn real() -> Self {
        Self(Source::Real)
    }

    /// A clock that stands still until it is moved.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(
            at.timestamp_micros(),
        ))))
    }

    /// Moves a fixed clock and all its clones; the real time cannot be moved.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Fixed(micros) = &self.0 {
            micros.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::SeqCst);
        }
    }

    /// The process's time in UTC, whole microseconds: for tokens, sessions and ids.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the system clock is read"
    )]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::Real => whole_microseconds(Utc::now()),
            Source::Fixed(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// The process's time since some moment, which never goes back: for waiting, when somebody sets the machine's clock.
    pub fn steady(&self) -> Duration {
        match &self.0 {
            Source::Real => BEGINNING.elapsed(),
            Source::Fixed(micros) => {
                let micros = micros.load(Ordering::SeqCst);
                Duration::from_micros(u64::try_from(micros).unwrap_or_default())
            }
        }
    }

    /// The database's time in UTC: for every moment with legal effect, such as the arrival of an application.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn legal_now(&self, conn: &mut AsyncPgConnection) -> Result<DateTime<Utc>> {
        match &self.0 {
            Source::Real => {
                let asking = diesel::select(clock_timestamp());
                Ok(diesel_async::RunQueryDsl::get_result(asking, conn).await?)
            }
            Source::Fixed(_) => Ok(self.now()),
        }
    }
}

/// What the steady time of a process is counted from.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// PostgreSQL keeps microseconds; a finer value would not survive the round trip.
fn whole_microseconds(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_nanosecond(at.nanosecond() / 1_000 * 1_000)
        .unwrap_or(at)
}

impl FromRequest for Clock {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(crate::extract::app_state(request))
    }
}
