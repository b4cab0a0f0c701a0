//! The SQL of reported counts and figures; the ledger's is in [`crate::ledger`].

mod figures;
mod offline_counts;

pub(crate) use figures::{load_portal_counts, load_procedures, load_revisions, load_targets};
pub(crate) use offline_counts::{
    ListFilter, LockedProcedure, NewRevision, insert_revision, latest_revision, list_revisions,
    lock_procedure,
};
