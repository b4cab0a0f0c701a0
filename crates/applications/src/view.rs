//! Rows put together for the eyes of owner and department; here is what both see.

mod resident;
mod staff;

use forms::Procedure;
use keys::Keys;
use platform::Result;

use crate::attachments;
use crate::model::{AttachmentView, Filing, ProcedureRef};
use crate::store::{Attachment, FilingRow, Submission};

pub(crate) use resident::{own, own_events, own_line};
pub(crate) use staff::{case, case_event, queue};

fn attachment_views(keys: &Keys, files: &[Attachment]) -> Result<Vec<AttachmentView>> {
    files
        .iter()
        .map(|file| attachments::view(keys, file))
        .collect()
}

/// The procedure, named.
pub(crate) fn procedure_ref(procedure: &Procedure) -> ProcedureRef {
    ProcedureRef {
        code: procedure.description.code.clone(),
        name: procedure.description.name.ja.clone(),
        kind: procedure.kind,
    }
}

impl From<FilingRow> for Filing {
    fn from(row: FilingRow) -> Self {
        Self {
            reference_number: row.reference_number,
            arrived_at: row.arrived_at,
            accepted_on: row.accepted_on,
            due_on: row.due_on,
            electronic_notice_consent: row.electronic_notice_consent,
        }
    }
}

impl From<Submission> for Filing {
    fn from(submission: Submission) -> Self {
        Self {
            reference_number: submission.reference_number,
            arrived_at: submission.arrived_at,
            accepted_on: submission.accepted_on,
            due_on: submission.due_on,
            electronic_notice_consent: submission.electronic_notice_consent,
        }
    }
}
