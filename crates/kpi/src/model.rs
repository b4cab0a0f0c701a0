//! Request and response types.

mod offline_count;
mod statistics;

pub(crate) use offline_count::{ListOfflineCounts, NewOfflineCount, OfflineCount, OfflineCountId};
pub(crate) use statistics::{
    Coverage, Diagnostics, JudgedTarget, Kpi, KpiList, KpiUnit, Name, Observation,
    ObservationGrain, ObservationSeries, ObservationStatus, ObservationsQuery, ObservedPeriod,
    ObservedScope, ObservedScopeKind, Target,
};
