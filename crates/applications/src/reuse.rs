//! Once-only: what a resident has told the city before need not be typed again. They choose each answer; files, and what the form
//! computes, locks or hides, are never taken over.

use std::sync::Arc;

use audit::Entry as AuditEntry;
use auth::registration;
use calendar::jst_date;
use chrono::{DateTime, Months, Utc};
use forms::{CompiledForm, Field, Forms, PublishedForm};
use keys::Keys;
use platform::pointer::of_members;
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Error, JsonObject, Result};
use serde_json::{Map, Value, json};

use crate::draft::bounded;
use crate::model::{AnswerSource, ApplicationId, EarlierAnswer, ReuseRequest};
use crate::own_act::OwnAct;
use crate::provenance::{self, Entry};
use crate::recent_saves::RecentSaves;
use crate::save_answers::changes;
use crate::sealing::open_answers;
use crate::state::Status;
use crate::store::{self, Application, EarlierFiling, Owner};

/// How far back one may reach: 5 years, the period of most records.
const REACH: Months = Months::new(60);
/// Filings looked at.
const MOST_FILINGS: i64 = 20;

/// Who takes something over, into a draft of whom.
pub(crate) struct Taking<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) forms: &'a Forms,
    pub(crate) owner: &'a Owner,
    pub(crate) now: DateTime<Utc>,
}

/// The draft that takes it, opened.
struct Taker {
    form: Arc<PublishedForm>,
    answers: Map<String, Value>,
    /// Whether the asker may not see where the others on the side of such filings live.
    hides_addresses: bool,
}

impl Taking<'_> {
    /// What was filed earlier and has something that fits, newest first; nothing for what is a draft no more.
    pub(crate) async fn offers(
        &self,
        conn: &mut AsyncPgConnection,
        draft: &Application,
    ) -> Result<Vec<(EarlierFiling, Vec<EarlierAnswer>)>> {
        let mut offers = Vec::new();
        if draft.status != Status::Draft {
            return Ok(offers);
        }
        let taker = self.open(conn, draft).await?;
        for filing in self.filings(conn, None).await? {
            let answers = self.offer(conn, &taker, &filing).await?;
            if !answers.is_empty() {
                offers.push((filing, answers));
            }
        }
        Ok(offers)
    }

    async fn open(&self, conn: &mut AsyncPgConnection, draft: &Application) -> Result<Taker> {
        let Owner { id, reader, .. } = *self.owner;
        Ok(Taker {
            form: self.forms.version(conn, draft.form_version_id).await?,
            answers: open_answers(self.keys, draft.id, &draft.sealed_answers)?,
            hides_addresses: registration::is_hidden_from(conn, &[id, reader], reader).await?,
        })
    }

    /// The filings within reach: the asker's own in the same name, or the one that is asked for.
    async fn filings(
        &self,
        conn: &mut AsyncPgConnection,
        one: Option<ApplicationId>,
    ) -> Result<Vec<EarlierFiling>> {
        let since = self.now.checked_sub_months(REACH);
        let since = since.ok_or_else(|| Error::internal("a clock before all years"))?;
        store::list_earlier(conn, self.owner, since, (one, MOST_FILINGS)).await
    }

    /// What of the filing fits the draft and is not there already.
    async fn offer(
        &self,
        conn: &mut AsyncPgConnection,
        Taker {
            form,
            answers,
            hides_addresses,
        }: &Taker,
        filing: &EarlierFiling,
    ) -> Result<Vec<EarlierAnswer>> {
        let application = &filing.application;
        let version = application.form_version_id;
        let earlier_form = self.forms.version(conn, version).await?;
        let mut earlier = open_answers(self.keys, application.id, &application.sealed_answers)?;
        let hiding = self.owner.hiding(&earlier_form.compiled, *hides_addresses);
        hiding.take_out(&mut earlier);
        let fields = form.compiled.fields().iter();
        let fields = fields.filter(|field| self.owner.may_answer(&form.compiled, &field.pointer));
        let fields = fields.filter_map(|field| {
            let (from, value) = earlier_answer(
                field,
                (&earlier_form, &earlier),
                form.procedure_id == earlier_form.procedure_id,
            )?;
            (of_members(answers, &field.pointer) != Some(value)).then(|| EarlierAnswer {
                pointer: field.pointer.clone(),
                label: label(&form.compiled, &field.pointer),
                from: from.to_owned(),
                value: value.clone(),
            })
        });
        let offered: Vec<EarlierAnswer> = fields.collect();
        let values = offered
            .iter()
            .map(|answer| (answer.pointer.clone(), answer.value.clone()));
        let today = jst_date(self.now);
        let fitting = form.compiled.fitting(answers, values.collect(), today);
        let fits =
            |answer: &EarlierAnswer| fitting.iter().any(|(field, _)| *field == answer.pointer);
        Ok(offered.into_iter().filter(fits).collect())
    }
}

/// The answer to the same field of the same procedure, or else to one that asks for the same thing.
fn earlier_answer<'e>(
    field: &Field,
    (form, answers): (&'e PublishedForm, &'e Map<String, Value>),
    is_same_procedure: bool,
) -> Option<(&'e str, &'e Value)> {
    let answered = |other: &'e Field| {
        let value = of_members(answers, &other.pointer)?;
        Some((other.pointer.as_str(), value))
    };
    let fields = form.compiled.fields().iter();
    let mut same = fields
        .clone()
        .filter(|other| is_same_procedure && field.is_same_as(other));
    let mut alike = fields.filter(|other| field.asks_as(other));
    same.find_map(answered).or_else(|| alike.find_map(answered))
}

fn label(form: &CompiledForm, pointer: &str) -> String {
    form.label(pointer)
        .map_or(pointer, |label| &label.ja)
        .to_owned()
}

impl OwnAct<'_> {
    /// Takes chosen answers of an earlier filing over into the draft, which tells from then on where they come from.
    ///
    /// # Errors
    /// 422 `unknown_application` for what is not the asker's own filing of the last five years, `not_reusable` for a field that
    /// nothing of it fits, `duplicate` for one named twice; 412 when the draft has changed meanwhile, 409 when it is a draft no more.
    pub(crate) async fn reuse(
        &self,
        conn: &mut AsyncPgConnection,
        wish: &ReuseRequest,
    ) -> Result<()> {
        let mut draft = self.lock_in(conn, Status::Draft).await?;
        let now = self.clock.now();
        let taking = Taking {
            keys: self.keys,
            forms: self.forms,
            owner: self.owner,
            now,
        };
        let taker = taking.open(conn, &draft).await?;
        let filings = taking.filings(conn, Some(wish.application_id)).await?;
        let filing = filings.into_iter().next().ok_or_else(|| {
            let message = "引き継げる申請が見つかりません。";
            Error::field("/application_id", "unknown_application", message)
        })?;
        let offered = taking.offer(conn, &taker, &filing).await?;
        let chosen = chosen(&wish.pointers, &offered)?.into_iter();
        let entries: Vec<_> = chosen.map(|answer| entry(&filing, answer, now)).collect();
        let Taker {
            form,
            answers: before,
            ..
        } = taker;
        let answers = JsonObject(provenance::filled_in(before.clone(), &entries));
        bounded(&answers)?;
        let changes = changes(&form, &before, &answers.0);
        let saves = RecentSaves::of(self.keys, &draft)?;
        draft.keep(self.keys, &form, answers.0, (saves, &changes), now)?;
        store::save(conn, &draft).await?;
        let audited = self.reused(&filing, entries.len());
        provenance::record(conn, self.keys, draft.id, entries).await?;
        audit::record(conn, audited).await
    }

    /// For the record: which filing, and how many fields; no answers.
    fn reused(&self, filing: &EarlierFiling, fields: usize) -> AuditEntry<'_> {
        AuditEntry {
            occurred_at: self.clock.now(),
            actor: self.resident.actor(),
            action: "application.reuse_answers",
            object_kind: "application",
            object_id: Some(self.id.as_uuid()),
            request_id: Some(self.request),
            detail: json!({"from": filing.application.id, "fields": fields, "mandate": self.mandate}),
        }
    }
}

/// # Errors
/// 422 with every field that cannot be filled in.
fn chosen(pointers: &[String], offered: &[EarlierAnswer]) -> Result<Vec<EarlierAnswer>> {
    let (mut chosen, mut errors) = (Vec::new(), Vec::new());
    for (number, pointer) in pointers.iter().enumerate() {
        let mut refuse = |code: &str, message: &str| {
            errors.push(FieldError::new(
                format!("/pointers/{number}"),
                code,
                message,
            ));
        };
        match offered.iter().find(|answer| answer.pointer == *pointer) {
            Some(_) if pointers[..number].contains(pointer) => {
                refuse("duplicate", "同じ項目が二度選ばれています。");
            }
            Some(answer) => chosen.push(answer.clone()),
            None => refuse(
                "not_reusable",
                "この項目には、以前の申請から引き継げる内容がありません。",
            ),
        }
    }
    if errors.is_empty() {
        Ok(chosen)
    } else {
        Err(Error::validation(errors))
    }
}

fn entry(filing: &EarlierFiling, answer: EarlierAnswer, now: DateTime<Utc>) -> Entry {
    Entry {
        pointer: answer.pointer,
        source: AnswerSource::EarlierApplication {
            application_id: filing.application.id,
            reference_number: filing.reference_number.clone(),
            arrived_at: filing.arrived_at,
            from: answer.from,
        },
        given_at: now,
        value: answer.value,
    }
}
