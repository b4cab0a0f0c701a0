//! Request and response types.

mod kpi;
mod observation;
mod observation_query;
mod offline_count;
mod satisfaction;
mod survey;

pub(crate) use kpi::{Kpi, KpiList, KpiUnit, Name, Target};
pub(crate) use observation::{
    ApplicationRateObservation, Coverage, Diagnostics, JudgedTarget, Observation,
    ObservationSeries, ObservationStatus, SatisfactionObservation, Series,
};
pub(crate) use observation_query::{
    ObservationGrain, ObservationsQuery, ObservedPeriod, ObservedScope, ObservedScopeKind,
};
pub(crate) use offline_count::{ListOfflineCounts, NewOfflineCount, OfflineCount, OfflineCountId};
pub(crate) use satisfaction::{
    ConfidenceInterval, ConfidentTarget, IntervalMethod, RatingCounts, SurveyReach,
};
pub(crate) use survey::{
    FreeTextQuestion, NewAnswer, RatingLabel, RatingQuestion, Reason, ReasonOption,
    ReasonsQuestion, Survey, SurveyText,
};
