//! What of a case is whose to see: the 宛名番号, and where a protected person lives (DV等支援措置).

use auth::registration::{self, Reading};
use auth::{ResidentId, Staff};
use forms::CompiledForm;
use keys::Keys;
use platform::{AsyncPgConnection, Result};
use serde_json::{Map, Value};

use crate::model::{AnswerSource, CaseView, OwnApplication};
use crate::store::{Application, Owner};

/// What a clerk may see beside what everybody in the department sees.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    addressee_number: bool,
    /// The reading by which a registrar sees protected addresses, to be put on record.
    protected_addresses: Option<Reading<'a>>,
}

/// What of the applicant's registration a clerk sees.
pub(crate) struct Known {
    pub(crate) registered: bool,
    pub(crate) addressee_number: Option<String>,
}

/// What of a case's addresses a clerk sees.
pub(crate) struct Addresses {
    pub(crate) protected: bool,
    pub(crate) hidden: bool,
}

impl<'a> Sight<'a> {
    /// Of a clerk who reads the case.
    pub(crate) fn of_reader(reading: Reading<'a>, application: &Application) -> Self {
        let is_registrar = reading.clerk.is_registrar();
        Self {
            protected_addresses: is_registrar.then_some(reading),
            ..Self::of_actor(reading.clerk, application)
        }
    }

    /// Of a clerk who has acted: a protected address is read, on record, and never comes by the way.
    pub(crate) fn of_actor(clerk: &Staff, application: &Application) -> Self {
        Self {
            addressee_number: clerk.is_registrar()
                || clerk.reviews(
                    application.department_id,
                    application.procedure_id.as_uuid(),
                ),
            protected_addresses: None,
        }
    }

    /// Whether the applicant is known to the city; their number is opened for those alone who may see it.
    pub(crate) async fn known(
        self,
        conn: &mut AsyncPgConnection,
        keys: &Keys,
        applicant: ResidentId,
    ) -> Result<Known> {
        if !self.addressee_number {
            return Ok(Known {
                registered: registration::is_registered(conn, applicant).await?,
                addressee_number: None,
            });
        }
        let number = registration::addressee_number(conn, keys, applicant).await?;
        Ok(Known {
            registered: number.is_some(),
            addressee_number: number,
        })
    }

    /// Whether the addresses of a case are protected, and hidden therefore; that a registrar sees them is put on record.
    pub(crate) async fn addresses(
        self,
        conn: &mut AsyncPgConnection,
        application: &Application,
    ) -> Result<Addresses> {
        let protected = registration::protected_among(conn, &side_of(application)).await?;
        if let Some(reading) = self.protected_addresses {
            registration::record_readings(conn, &protected, reading).await?;
        }
        let protected = !protected.is_empty();
        Ok(Addresses {
            protected,
            hidden: protected && self.protected_addresses.is_none(),
        })
    }
}

/// Those on the applicant's side: where one of them lives, the other may live.
pub(crate) fn side_of(application: &Application) -> [ResidentId; 2] {
    [application.applicant_id, application.actor_id.into()]
}

/// Whether the addresses of a case are protected.
pub(crate) async fn is_protected(
    conn: &mut AsyncPgConnection,
    application: &Application,
) -> Result<bool> {
    let side = side_of(application);
    let protected = registration::protected_among(conn, &side).await?;
    Ok(!protected.is_empty())
}

/// Whether they are hidden from the resident who looks, be it the applicant or whoever acts for them: when somebody else on
/// that side is protected.
pub(crate) async fn is_hidden_from(
    conn: &mut AsyncPgConnection,
    application: &Application,
    owner: &Owner,
) -> Result<bool> {
    registration::is_hidden_from(conn, &side_of(application), owner.reader).await
}

impl CaseView {
    /// Takes every address out that is known as one.
    pub(crate) fn hide_addresses(&mut self, form: &CompiledForm) {
        self.applicant.address = None;
        if let Some(representative) = &mut self.representative {
            representative.address = None;
        }
        for change in self
            .corrections
            .iter_mut()
            .flat_map(|round| &mut round.changes)
        {
            form.hide_addresses_at(&change.pointer, &mut change.before);
            form.hide_addresses_at(&change.pointer, &mut change.after);
        }
        self.hidden_answers = hide(form, &mut self.answers);
    }
}

impl OwnApplication {
    /// The same, for a resident on whose side somebody else is protected.
    pub(crate) fn hide_addresses(&mut self, form: &CompiledForm) {
        // What the form no longer has, it no longer tells apart.
        self.removed_answers.clear();
        if let Some(correction) = &mut self.correction {
            form.hide_addresses(&mut correction.answers);
        }
        self.hidden_answers = hide(form, &mut self.answers);
    }

    /// For a representative whose mandate covers some procedures: a filing of another one may have been taken over.
    pub(crate) fn hide_other_applications(&mut self) {
        let is_other =
            |source: &AnswerSource| matches!(source, AnswerSource::EarlierApplication { .. });
        self.provenance.retain(|answer| !is_other(&answer.source));
    }
}

/// Pointers told at one time, as the API promises.
const MOST_TOLD: usize = 1_000;

fn hide(form: &CompiledForm, answers: &mut Map<String, Value>) -> Vec<String> {
    let mut hidden = form.hide_addresses(answers);
    hidden.truncate(MOST_TOLD);
    hidden
}
