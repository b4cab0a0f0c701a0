//! What of a case is whose to see: the 宛名番号, where a protected person lives (DV等支援措置), and the answers that the form shows to
//! some only.

use auth::registration::{self, Reading};
use auth::{ResidentId, Staff};
use forms::{CompiledForm, Hiding, Reader};
use keys::Keys;
use platform::{AsyncPgConnection, Result};
use serde_json::{Map, Value};

use crate::model::{AnswerSource, CaseView, OwnApplication};
use crate::store::{Application, Owner};

/// What a clerk may see beside what everybody in the department sees.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    clerk: &'a Staff,
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
    pub(crate) fn of_actor(clerk: &'a Staff, application: &Application) -> Self {
        Self {
            clerk,
            addressee_number: clerk.is_registrar() || reviews(clerk, application),
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

    /// What of the answers the clerk does not see.
    pub(crate) fn hiding<'f>(
        self,
        form: &'f CompiledForm,
        application: &Application,
        addresses: &Addresses,
    ) -> Hiding<'f> {
        let readers = readers(self.clerk, application);
        form.hiding(addresses.hidden, Some(readers))
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

fn reviews(clerk: &Staff, application: &Application) -> bool {
    let procedure = application.procedure_id.as_uuid();
    clerk.reviews(application.department_id, procedure)
}

/// As whom a clerk looks at a case.
pub(crate) fn readers(clerk: &Staff, application: &Application) -> Vec<Reader> {
    let procedure = application.procedure_id.as_uuid();
    // An approver of another department is asked as long as the route has come to it.
    let asked = application.approving_department_id;
    let mut approving = [Some(application.department_id), asked]
        .into_iter()
        .flatten();
    let roles = [
        (Reader::Reviewer, reviews(clerk, application)),
        (
            Reader::Approver,
            approving.any(|department| clerk.approves(department, procedure)),
        ),
    ];
    let held = roles.into_iter().filter(|(_, holds)| *holds);
    held.map(|(reader, _)| reader).collect()
}

impl Owner {
    /// What of the answers is hidden from whoever looks: the applicant sees everything that the form shows to anybody.
    pub(crate) fn hiding<'f>(&self, form: &'f CompiledForm, addresses: bool) -> Hiding<'f> {
        form.hiding(addresses, self.as_reader())
    }

    fn as_reader(&self) -> Option<Vec<Reader>> {
        self.is_represented().then(|| vec![Reader::Representative])
    }
}

impl CaseView {
    /// Takes out what is hidden from the clerk.
    pub(crate) fn hide(&mut self, hiding: &Hiding<'_>) {
        if hiding.hides_addresses() {
            self.applicant.address = None;
            if let Some(representative) = &mut self.representative {
                representative.address = None;
            }
        }
        self.attachments.retain(|file| !hiding.hides(&file.field));
        for change in self
            .corrections
            .iter_mut()
            .flat_map(|round| &mut round.changes)
        {
            hiding.take_out_at(&change.pointer, &mut change.before);
            hiding.take_out_at(&change.pointer, &mut change.after);
        }
        self.hidden_answers = take_out(hiding, &mut self.answers);
    }
}

impl OwnApplication {
    /// Takes out what is hidden from the resident who looks.
    pub(crate) fn hide(&mut self, hiding: &Hiding<'_>) {
        if hiding.hides_anything() {
            // What the form no longer has, it no longer tells apart.
            self.removed_answers.clear();
        }
        if let Some(correction) = &mut self.correction {
            hiding.take_out(&mut correction.answers);
        }
        self.attachments.retain(|file| !hiding.hides(&file.field));
        self.hidden_answers = take_out(hiding, &mut self.answers);
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

fn take_out(hiding: &Hiding<'_>, answers: &mut Map<String, Value>) -> Vec<String> {
    let mut hidden = hiding.take_out(answers);
    hidden.truncate(MOST_TOLD);
    hidden
}
