//! One intake (まとめて始める): the answers to the questions of a life event open several drafts at once, all or none.

use std::collections::HashMap;

use calendar::jst_date;
use chrono::{DateTime, Utc};
use forms::{Assessment, Forms, Necessity, PublishedForm, QuestionSet, Shared, Standing};
use keys::Keys;
use platform::pointer::is_within;
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Error, JsonObject, Result};
use serde_json::{Map, Value};

use crate::draft::{self, Beginner};
use crate::model::{AnswerSource, IntakeDraft, IntakeDrafts, IntakeRequest};
use crate::provenance::{self, Entry};
use crate::sealing::{open_answers, seal_answers};
use crate::store;

/// Who opens what, and with what at hand.
pub(crate) struct Opening<'a> {
    pub(crate) beginner: Beginner<'a>,
    pub(crate) asked: &'a IntakeRequest,
    pub(crate) keys: &'a Keys,
    pub(crate) forms: &'a Forms,
    pub(crate) now: DateTime<Utc>,
}

/// Begins a draft of each chosen procedure, with the shared answers filled in.
///
/// # Errors
/// 422 for an unknown life event, for answers that are none, and for every procedure that the answers do not bring,
/// that is done on paper, or that is closed; 403 for one outside the mandate; 409 `too_many_drafts`.
pub(crate) async fn open(
    conn: &mut AsyncPgConnection,
    opening: &Opening<'_>,
) -> Result<IntakeDrafts> {
    let Opening {
        asked, forms, now, ..
    } = opening;
    let questions = forms.question_set(conn, &asked.life_event).await?;
    let questions = questions.ok_or_else(|| {
        let message = "このできごとについての質問はありません。";
        Error::field("/life_event", "unknown_life_event", message)
    })?;
    let assessment = questions.assess(&asked.answers.0, jst_date(*now))?;
    let standings = forms.standings(conn, &questions, *now).await?;
    check_chosen(&asked.procedures, &assessment, &standings, *now)?;
    let mut drafts = Vec::with_capacity(asked.procedures.len());
    for procedure in &asked.procedures {
        drafts.push(
            opening
                .begin(conn, &questions, &assessment, procedure)
                .await?,
        );
    }
    Ok(IntakeDrafts { drafts })
}

impl Opening<'_> {
    async fn begin(
        &self,
        conn: &mut AsyncPgConnection,
        questions: &QuestionSet,
        assessment: &Assessment,
        procedure: &str,
    ) -> Result<IntakeDraft> {
        let (keys, forms, now) = (self.keys, self.forms, self.now);
        let mut draft = draft::begin(conn, keys, forms, self.beginner, procedure, now).await?;
        let form = forms.version(conn, draft.form_version_id).await?;
        let mut shared = questions.shared_answers(procedure, &assessment.answers);
        // The city may have published a form without the field since it wrote the questions.
        shared.retain(|shared| form.compiled.has_field(&shared.field));
        let known = open_answers(keys, draft.id, &draft.sealed_answers)?;
        let mut entries: Vec<_> = shared
            .into_iter()
            .map(|shared| self.entry(shared))
            .collect();
        let owner = self.beginner.owner;
        entries.retain(|entry| owner.may_answer(&form.compiled, &entry.pointer));
        self.leave_out_disabled(&form, &known, &mut entries);
        let filled = entries.iter().map(|entry| entry.pointer.clone()).collect();
        let answers = provenance::filled_in(known, &entries);
        let answers = JsonObject(form.compiled.with_computed(&answers, jst_date(now)));
        draft::bounded(&answers)?;
        draft.sealed_answers = seal_answers(keys, draft.id, &answers.0)?;
        store::save(conn, &draft).await?;
        provenance::record(conn, keys, draft.id, entries).await?;
        Ok(IntakeDraft {
            id: draft.id,
            procedure: procedure.to_owned(),
            href: format!("/v1/applications/{}", draft.id),
            etag: format!("\"{}\"", draft.version),
            filled,
        })
    }

    /// What the applicant could not answer in the form is not answered for them. Leaving one out may disable another.
    fn leave_out_disabled(
        &self,
        form: &PublishedForm,
        known: &Map<String, Value>,
        entries: &mut Vec<Entry>,
    ) {
        loop {
            let filled = entries.len();
            let answers = provenance::filled_in(known.clone(), entries);
            let disabled = form.compiled.disabled(&answers, jst_date(self.now));
            entries.retain(|entry| !disabled.iter().any(|at| is_within(&entry.pointer, at)));
            if entries.len() == filled {
                return;
            }
        }
    }

    fn entry(&self, shared: Shared) -> Entry {
        Entry {
            pointer: shared.field,
            source: AnswerSource::Intake {
                life_event: self.asked.life_event.clone(),
                question: shared.question,
            },
            given_at: self.now,
            value: shared.value,
        }
    }
}

/// # Errors
/// 422 with a code for every procedure that cannot be begun.
fn check_chosen(
    chosen: &[String],
    assessment: &Assessment,
    standings: &HashMap<String, Standing>,
    now: DateTime<Utc>,
) -> Result<()> {
    let refusal = |(number, code): (usize, &String)| {
        let (fault, message) = if chosen[..number].contains(code) {
            ("duplicate", "同じ手続が二度選ばれています。")
        } else {
            fault(assessment, standings.get(code), code, now)?
        };
        Some(FieldError::new(
            format!("/procedures/{number}"),
            fault,
            message,
        ))
    };
    let refused: Vec<_> = chosen.iter().enumerate().filter_map(refusal).collect();
    if refused.is_empty() {
        Ok(())
    } else {
        Err(Error::validation(refused))
    }
}

fn fault(
    assessment: &Assessment,
    standing: Option<&Standing>,
    procedure: &str,
    now: DateTime<Utc>,
) -> Option<(&'static str, &'static str)> {
    let (Some(assessed), Some(standing)) = (assessment.of(procedure), standing) else {
        return Some((
            "unknown_procedure",
            "この手続は、このできごとの質問にありません。",
        ));
    };
    match assessed.necessity {
        None => Some((
            "undecided",
            "必要な手続かどうか、まだわかりません。質問に答えてください。",
        )),
        Some(Necessity::NotNeeded) => {
            Some(("not_needed", "回答によると、この手続は必要ありません。"))
        }
        Some(_) if standing.form.is_none() => Some((
            "not_digital",
            "この手続は、窓口または郵送で行ってください。",
        )),
        Some(_) if !standing.is_open_at(now) => {
            Some(("closed", "この手続は、現在受け付けていません。"))
        }
        Some(Necessity::Needed | Necessity::Perhaps) => None,
    }
}
