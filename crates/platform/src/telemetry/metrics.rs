//! What Prometheus reads of a process.

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry};

use super::{Listener, Seen};
use crate::edge::Class;
use crate::error::{Error, Result};

/// The operational counters; figures for the city come from `kpi`, never from here.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    /// Connections of the pool by state: open, in use.
    pub database_connections: IntGaugeVec,
    /// Jobs by state: waiting, dead.
    pub jobs: IntGaugeVec,
    /// Audit rows not yet sealed into the chain; without labels, so that it can be absent.
    pub audit_unsealed: IntGaugeVec,
    rate_limited: IntCounterVec,
    unrecorded_denials: IntCounterVec,
}

impl Metrics {
    /// A registry of its own, so that several applications fit into one process.
    ///
    /// # Errors
    /// When a metric is declared twice.
    pub fn new() -> Result<Self, prometheus::Error> {
        let metrics = Self {
            registry: Registry::new(),
            requests: IntCounterVec::new(
                Opts::new("madoguchi_http_requests_total", "Requests answered."),
                &["listener", "method", "route", "status"],
            )?,
            durations: HistogramVec::new(
                HistogramOpts::new("madoguchi_http_request_seconds", "Seconds per request."),
                &["listener", "method", "route"],
            )?,
            database_connections: IntGaugeVec::new(
                Opts::new("madoguchi_database_connections", "Connections of the pool."),
                &["state"],
            )?,
            jobs: IntGaugeVec::new(Opts::new("madoguchi_jobs", "Jobs by state."), &["state"])?,
            audit_unsealed: IntGaugeVec::new(
                Opts::new(
                    "madoguchi_audit_unsealed",
                    "Audit rows not yet sealed into the chain.",
                ),
                &[],
            )?,
            rate_limited: IntCounterVec::new(
                Opts::new(
                    "madoguchi_rate_limited_total",
                    "Requests refused by a rate limit.",
                ),
                &["listener", "class", "limit"],
            )?,
            unrecorded_denials: IntCounterVec::new(
                Opts::new(
                    "madoguchi_unrecorded_denials_total",
                    "Denied accesses that are missing in the audit record.",
                ),
                &["listener"],
            )?,
        };
        metrics.register()?;
        // A series that began with its first increase would hide it from whoever watches for one.
        for listener in [Listener::Resident, Listener::Staff] {
            let of_listener = [listener.as_str()];
            metrics.unrecorded_denials.with_label_values(&of_listener);
        }
        Ok(metrics)
    }

    fn register(&self) -> Result<(), prometheus::Error> {
        self.registry.register(Box::new(self.requests.clone()))?;
        self.registry.register(Box::new(self.durations.clone()))?;
        self.registry
            .register(Box::new(self.database_connections.clone()))?;
        self.registry.register(Box::new(self.jobs.clone()))?;
        self.registry
            .register(Box::new(self.rate_limited.clone()))?;
        self.registry
            .register(Box::new(self.unrecorded_denials.clone()))?;
        self.registry
            .register(Box::new(self.audit_unsealed.clone()))
    }

    /// All metrics in Prometheus' text format.
    ///
    /// # Errors
    /// When a metric cannot be written.
    pub fn render(&self) -> Result<String> {
        prometheus::TextEncoder::new()
            .encode_to_string(&self.registry.gather())
            .map_err(Error::internal)
    }

    /// Counts a request that one of the rate limits refused.
    pub fn count_rate_limited(&self, listener: Listener, class: Class, limit: &str) {
        self.rate_limited
            .with_label_values(&[listener.as_str(), class.as_str(), limit])
            .inc();
    }

    /// Counts a denied access that could not be recorded.
    pub fn count_unrecorded_denial(&self, listener: Listener) {
        let listener = listener.as_str();
        self.unrecorded_denials.with_label_values(&[listener]).inc();
    }

    pub(super) fn observe(&self, seen: &Seen, status: u16, seconds: f64) {
        let listener = seen.listener.as_str();
        self.requests
            .with_label_values(&[listener, seen.method, seen.route(), &status.to_string()])
            .inc();
        self.durations
            .with_label_values(&[listener, seen.method, seen.route()])
            .observe(seconds);
    }
}
