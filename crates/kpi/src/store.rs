//! The SQL of reported counts, surveys and figures; the ledger's is in [`crate::ledger`].

mod figures;
mod offline_counts;
mod survey;

pub(crate) use figures::{
    Observed, load_observed, load_portal_counts, load_revisions, load_targets,
};
pub(crate) use offline_counts::{
    ListFilter, LockedProcedure, NewRevision, Owner, insert_revision, latest_revision,
    list_revisions, lock_procedure,
};
pub(crate) use survey::{
    Answer, Presented, insert_answer, insert_token, load_survey_counts, use_token,
};
