//! What the letter of a decision (決定通知書) says: fixed with the decision, printed by the worker.

use documents::letter::{
    Addressee, LetterData, Letterhead, Sender, Verification, VerificationCode,
};
use documents::notice::{AppealInstruction, DecisionNotice};
use documents::signatories::{self, Signatory};
use forms::{Appeal, FormVersionId, Procedure};
use platform::{AsyncPgConnection, Error, Result};
use serde::{Deserialize, Serialize};

use crate::decide::Act;
use crate::filed_content::FiledContent;
use crate::sight;
use crate::store::{self, Proposal, Submission};

/// Everything the letter follows from but the template, which is the form version's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DecisionLetter {
    pub(crate) form_version_id: FormVersionId,
    pub(crate) notice: DecisionNotice,
    pub(crate) letterhead: Letterhead,
    /// Printed on the letter; who has it holds the letter.
    pub(crate) code: VerificationCode,
}

impl DecisionLetter {
    /// What the template reads; `page` is where letters are verified.
    pub(crate) fn data(&self, page: &str) -> Result<serde_json::Value> {
        let verification = Verification::new(page, &self.code)?;
        let (notice, letterhead) = (self.notice.clone(), self.letterhead.clone());
        let data = LetterData::decision(notice, letterhead, verification);
        Ok(serde_json::to_value(data)?)
    }

    /// What to save it as.
    pub(crate) fn file_name(&self) -> String {
        format!("決定通知書_{}.pdf", self.notice.reference_number)
    }
}

impl Act<'_> {
    /// The letter of the decision that approves the proposal now.
    pub(crate) async fn letter(
        &self,
        conn: &mut AsyncPgConnection,
        proposal: &Proposal,
    ) -> Result<DecisionLetter> {
        let application = &self.application;
        let version = application.form_version_id;
        let submission = store::submission_of(conn, application.id).await?;
        let procedure = self.forms.procedure(conn, application.procedure_id).await?;
        let form = self.forms.version(conn, version).await?;
        let grounds = proposal.grounds(self.keys)?;
        let letterhead = Letterhead {
            document_number: format!("第{}号", submission.reference_number),
            addressee: self.addressee(conn, &submission).await?,
            sender: self.sender(conn, &procedure).await?,
        };
        let notice = DecisionNotice {
            reference_number: submission.reference_number,
            procedure: procedure.description.name.ja,
            legal_basis: procedure.description.legal_basis,
            arrived_on: calendar::jst_date(submission.arrived_at),
            decided_on: calendar::jst_date(self.now),
            outcome: proposal.outcome.ja().to_owned(),
            reason: grounds.as_ref().map(|grounds| grounds.reason.clone()),
            decision_basis: grounds.map(|grounds| grounds.legal_basis),
            appeal: form.definition.policy.appeal.clone().map(instruction),
        };
        Ok(DecisionLetter {
            form_version_id: version,
            notice,
            letterhead,
            code: VerificationCode::random(self.randomness)?,
        })
    }

    /// The letter of a protected person bears no address: a registrar knows where it goes.
    pub(crate) async fn addressee(
        &self,
        conn: &mut AsyncPgConnection,
        submission: &Submission,
    ) -> Result<Addressee> {
        let applicant = FiledContent::open(self.keys, submission)?.identity;
        let is_protected = sight::is_protected(conn, &self.application).await?;
        let address = applicant.address.filter(|_| !is_protected);
        Ok(Addressee {
            name: applicant.name.unwrap_or_default(),
            postal_code: None,
            address: address.map(|address| address.lines()).unwrap_or_default(),
        })
    }

    async fn sender(&self, conn: &mut AsyncPgConnection, procedure: &Procedure) -> Result<Sender> {
        let office = procedure.description.deciding_office();
        let today = calendar::jst_date(self.now);
        let Signatory { title, holder, .. } = signatories::of(conn, office, today)
            .await?
            .ok_or_else(|| Error::internal(format!("nobody signs for {office}")))?;
        Ok(Sender {
            office: title,
            name: holder,
            contact: vec![procedure.description.contact.ja.clone()],
        })
    }
}

/// 教示 is data of the form's version.
fn instruction(appeal: Appeal) -> AppealInstruction {
    AppealInstruction {
        review_authority: appeal.review_authority,
        review_period_months: appeal.review_period_months,
        defendant: appeal.defendant,
        representative: appeal.representative,
        litigation_period_months: appeal.litigation_period_months,
        review_required_first: appeal.review_required_first,
    }
}
