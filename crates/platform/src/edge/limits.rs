//! How many requests an address and an account may send: GCRA by `governor`, counted in memory.

mod counts;

use std::fmt::{self, Write as _};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use chrono::TimeDelta;
use governor::middleware::StateInformationMiddleware;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use crate::clock::Clock;
use crate::edge::class::{Allowance, Class};
use crate::edge::proxies::network_of;
use crate::error::{Error, Result};
use counts::Counts;

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// How generous the limits of this process are: a factor on each of them, or `off`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateFactor(Option<f64>);

impl RateFactor {
    /// No limits.
    pub const OFF: Self = Self(None);
}

impl FromStr for RateFactor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" {
            return Ok(Self::OFF);
        }
        let factor: f64 = text.parse().unwrap_or(f64::NAN);
        if factor > 0.0 && factor <= 1_000.0 {
            Ok(Self(Some(factor)))
        } else {
            Err("must be off, or a factor above 0 and up to 1000")
        }
    }
}

impl fmt::Display for RateFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(factor) => factor.fmt(f),
            None => f.write_str("off"),
        }
    }
}

/// The limits of one listener and what was counted towards them. Clones share it.
#[derive(Clone)]
pub struct RateLimits(Arc<[ClassLimits]>);

/// The limits of one class of operations.
struct ClassLimits {
    address: Limit,
    account: Option<Limit>,
    /// `RateLimit-Policy` of whoever is not logged in.
    policy: HeaderValue,
    /// `RateLimit-Policy` of whoever is.
    policy_of_both: HeaderValue,
}

/// One limit, for each address or for each account.
struct Limit {
    limiter: RateLimiter<(Class, u128), Counts, Clock, StateInformationMiddleware>,
    quota: Quota,
    seconds: u32,
}

/// As `RateLimit-Policy` says it.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (requests, seconds) = (self.quota.burst_size(), self.seconds);
        write!(f, "q={requests};w={seconds}")
    }
}

/// Where an address or account stands after a request of it was counted.
#[derive(Clone, Copy, Debug)]
struct Standing {
    remaining: u32,
    /// Seconds until all of it may be asked for again.
    restored_in: u64,
}

/// As `RateLimit` says it.
impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r={};t={}", self.remaining, self.restored_in)
    }
}

impl RateLimits {
    /// Counts from nothing; none when the factor is `off`.
    pub fn new(factor: RateFactor, clock: &Clock) -> Option<Self> {
        let factor = factor.0?;
        // Apart, so that a flood from many addresses displaces no account.
        let (addresses, accounts) = (Counts::default(), Counts::default());
        let limits = |class: &Class| {
            let address = Limit::new(class.per_address(), factor, &addresses, clock);
            let account = class.per_account();
            let account = account.map(|allowance| Limit::new(allowance, factor, &accounts, clock));
            ClassLimits::new(address, account)
        };
        Some(Self(Class::ALL.iter().map(limits).collect()))
    }

    /// What a request of a class counts towards; nothing is counted yet.
    pub fn count(&self, class: Class) -> Count {
        Count {
            limits: self.clone(),
            class,
            address: None,
            account: None,
        }
    }

    fn of(&self, class: Class) -> &ClassLimits {
        &self.0[class as usize]
    }
}

impl governor::clock::Clock for Clock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.steady()
    }
}

impl ClassLimits {
    fn new(address: Limit, account: Option<Limit>) -> Self {
        let policy = format!("\"address\";{address}");
        let both = account.as_ref();
        let both = both.map(|account| format!("{policy}, \"account\";{account}"));
        Self {
            policy_of_both: policy_header(both.as_ref().unwrap_or(&policy)),
            policy: policy_header(&policy),
            address,
            account,
        }
    }
}

fn policy_header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

impl Limit {
    fn new(allowance: Allowance, factor: f64, counts: &Counts, clock: &Clock) -> Self {
        let requests = scaled(allowance.requests, factor);
        let interval = Duration::from_secs(allowance.seconds.into()) / requests.get();
        let quota = Quota::with_period(interval.max(Duration::from_nanos(1)))
            .unwrap_or(Quota::per_second(requests))
            .allow_burst(requests);
        Self {
            limiter: RateLimiter::new(quota, counts.clone(), clock.clone()),
            quota,
            seconds: allowance.seconds,
        }
    }

    /// Counts a request; an error is the time until one is let in again.
    fn check(&self, class: Class, who: u128) -> Result<Standing, Duration> {
        let counted = self.limiter.check_key(&(class, who));
        let counted =
            counted.map_err(|limited| limited.wait_time_from(self.limiter.clock().steady()))?;
        let remaining = counted.remaining_burst_capacity();
        let used = self.quota.burst_size().get().saturating_sub(remaining);
        Ok(Standing {
            remaining,
            restored_in: whole_seconds(self.quota.replenish_interval() * used),
        })
    }

    /// Where somebody stands who has to wait.
    fn exhausted(&self, wait: Duration) -> Standing {
        let others = self.quota.burst_size().get() - 1;
        Standing {
            remaining: 0,
            restored_in: whole_seconds(wait + self.quota.replenish_interval() * others),
        }
    }
}

/// A request's place in the limits, to be told in its answer.
pub struct Count {
    limits: RateLimits,
    class: Class,
    address: Option<Standing>,
    account: Option<Standing>,
}

impl Count {
    /// The class of the operation asked for.
    pub fn class(&self) -> Class {
        self.class
    }

    /// Counts the request for the address it came from.
    ///
    /// # Errors
    /// `too_many_requests` when it has sent too many.
    pub fn address(&mut self, address: IpAddr) -> Result<()> {
        let limit = &self.limits.of(self.class).address;
        let checked = limit.check(self.class, address_key(address));
        self.address = Some(checked.unwrap_or_else(|wait| limit.exhausted(wait)));
        checked.map(drop).map_err(too_soon)
    }

    /// Counts the request for the person who has proved to send it.
    ///
    /// # Errors
    /// `too_many_requests` when they have sent too many.
    pub fn account(&mut self, id: Uuid) -> Result<()> {
        let Some(limit) = &self.limits.of(self.class).account else {
            return Ok(());
        };
        let checked = limit.check(self.class, id.as_u128());
        self.account = Some(checked.unwrap_or_else(|wait| limit.exhausted(wait)));
        checked.map(drop).map_err(too_soon)
    }

    /// `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
    pub fn tell(&self, headers: &mut HeaderMap) {
        let Some(address) = self.address else {
            return;
        };
        let limits = self.limits.of(self.class);
        let mut standing = format!("\"address\";{address}");
        let policy = match self.account {
            None => &limits.policy,
            Some(account) => {
                // Writing into a string cannot fail.
                let _ = write!(standing, ", \"account\";{account}");
                &limits.policy_of_both
            }
        };
        if let Ok(standing) = HeaderValue::try_from(standing) {
            headers.insert(RATE_LIMIT, standing);
            headers.insert(RATE_LIMIT_POLICY, policy.clone());
        }
    }
}

fn address_key(address: IpAddr) -> u128 {
    match network_of(address) {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(network) => network.to_bits(),
    }
}

fn scaled(requests: u32, factor: f64) -> NonZeroU32 {
    let scaled = (f64::from(requests) * factor).round();
    // The conversion saturates.
    NonZeroU32::new(scaled as u32).unwrap_or(NonZeroU32::MIN)
}

/// Rounded up: a client that waits so long is let in.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

fn too_soon(wait: Duration) -> Error {
    Error::too_soon(TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX))
}

#[cfg(test)]
mod tests;
