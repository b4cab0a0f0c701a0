//! Published forms in hand: compiled once per version, kept for the life of the program.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use auth::DepartmentId;
use chrono::{DateTime, NaiveDate, Utc};
use platform::{AsyncPgConnection, Code, Error, Result};

use crate::comparison::Comparison;
use crate::definition::{CompiledForm, FormDefinition, Policy};
use crate::directory::{Directory, Procedures, Snapshot};
use crate::model::{Description, FormVersionId, ProcedureId, ProcedureKind};
use crate::store::{self, ProcedureRow, VersionRow};

/// A procedure as other rooms need to know it.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    /// Its id.
    pub id: ProcedureId,
    /// The department in charge.
    pub department_id: DepartmentId,
    /// What becomes of what is filed.
    pub kind: ProcedureKind,
    /// What the catalogue tells.
    pub description: Description,
    /// Number of the newest change of that.
    pub version: i32,
}

impl Procedure {
    pub(crate) fn from_row(row: ProcedureRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            department_id: row.department_id,
            kind: row.kind,
            version: row.version,
            description: serde_json::from_value(row.description)?,
        })
    }

    /// Whether digital applications are accepted on the day (Asia/Tokyo).
    pub fn accepts_digital_on(&self, day: NaiveDate) -> bool {
        let from = self.description.accepts_digital_from;
        from.is_some_and(|from| from <= day)
    }
}

/// An immutable version of a form, ready to evaluate answers.
#[derive(Debug)]
pub struct PublishedForm {
    /// The version.
    pub id: FormVersionId,
    /// The procedure it belongs to.
    pub procedure_id: ProcedureId,
    /// Version number within the procedure, from 1.
    pub number: i32,
    /// SHA-256 of the canonical definition.
    pub sha256: Vec<u8>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// When it takes the place of the version before, unless it is retired first.
    pub in_force_from: DateTime<Utc>,
    /// Everything it consists of.
    pub definition: FormDefinition,
    /// The same, compiled.
    pub compiled: CompiledForm,
}

impl PublishedForm {
    fn from_row(row: VersionRow) -> Result<Self> {
        let definition: FormDefinition = serde_json::from_value(row.definition)?;
        let compiled = CompiledForm::load(&definition).map_err(|problems| {
            let first = problems.into_iter().next();
            Error::internal(format!(
                "form version {} does not compile: {first:?}",
                row.id
            ))
        })?;
        Ok(Self {
            id: row.id,
            procedure_id: row.procedure_id,
            number: row.number,
            sha256: row.sha256,
            published_at: row.published_at,
            in_force_from: row.in_force_from,
            definition,
            compiled,
        })
    }

    /// Whether it can be filed at the moment, as the policy says.
    ///
    /// # Errors
    /// `procedure_closed` (409), which says when it opens or that it has closed.
    pub fn check_open(&self, now: DateTime<Utc>) -> Result<()> {
        let Policy {
            opens_at,
            closes_at,
            ..
        } = &self.definition.policy;
        let told = match (opens_at, closes_at) {
            (_, Some(closes)) if *closes <= now => {
                let closed = in_japanese(*closes);
                format!(
                    "この手続の受付は、{closed}に終わりました。入力した内容は、下書きに残っています。"
                )
            }
            (Some(opens), _) if now < *opens => {
                format!("この手続の受付は、{}から始まります。", in_japanese(*opens))
            }
            _ => return Ok(()),
        };
        Err(Error::new(Code::ProcedureClosed).detail(told))
    }
}

fn in_japanese(at: DateTime<Utc>) -> impl std::fmt::Display {
    calendar::jst_datetime(at).format("%Y年%-m月%-d日 %-H時%M分")
}

/// The published forms; clones share them.
#[derive(Clone, Default)]
pub struct Forms {
    /// Versions never change, so nothing is ever forgotten.
    versions: Arc<RwLock<HashMap<FormVersionId, Arc<PublishedForm>>>>,
    /// Between an older and a newer version: as unchanging as they are.
    comparisons: Arc<RwLock<HashMap<[FormVersionId; 2], Arc<Comparison>>>>,
    directory: Directory,
}

impl Forms {
    /// A version, compiled at its first use.
    ///
    /// # Errors
    /// `not_found` for an unknown version.
    pub async fn version(
        &self,
        conn: &mut AsyncPgConnection,
        id: FormVersionId,
    ) -> Result<Arc<PublishedForm>> {
        if let Some(form) = self.known(id) {
            return Ok(form);
        }
        let row = store::version(conn, id).await?.ok_or(Code::NotFound)?;
        let form = Arc::new(PublishedForm::from_row(row)?);
        let mut forms = self
            .versions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        forms.insert(id, Arc::clone(&form));
        Ok(form)
    }

    /// The version of a procedure's form that is in force, which new drafts are pinned to.
    ///
    /// # Errors
    /// `procedure_closed` when it has none.
    pub async fn current(
        &self,
        conn: &mut AsyncPgConnection,
        procedure: ProcedureId,
        now: DateTime<Utc>,
    ) -> Result<Arc<PublishedForm>> {
        let current = self.find_current(conn, procedure, now).await?;
        current.ok_or_else(|| Code::ProcedureClosed.into())
    }

    /// The same, where there may be none.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn find_current(
        &self,
        conn: &mut AsyncPgConnection,
        procedure: ProcedureId,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<PublishedForm>>> {
        match store::version_in_force(conn, procedure, now).await? {
            Some(id) => Ok(Some(self.version(conn, id).await?)),
            None => Ok(None),
        }
    }

    /// What a newer version changes for answers given on the older one, compared at its first use.
    pub fn compare(&self, older: &PublishedForm, newer: &PublishedForm) -> Arc<Comparison> {
        if older.procedure_id != newer.procedure_id {
            return Arc::new(Comparison::of_strangers());
        }
        let pair = [older.id, newer.id];
        let known = self.comparisons.read();
        if let Some(known) = known.unwrap_or_else(PoisonError::into_inner).get(&pair) {
            return Arc::clone(known);
        }
        // A field is called what the newer version calls it.
        let labels = older.compiled.labels.iter().chain(&newer.compiled.labels);
        let labels = labels.map(|(field, label)| (field.clone(), label.ja.clone()));
        let comparison =
            Comparison::labelled(&older.definition, &newer.definition, labels.collect());
        let comparison = Arc::new(comparison);
        let kept = self.comparisons.write();
        let mut kept = kept.unwrap_or_else(PoisonError::into_inner);
        kept.insert(pair, Arc::clone(&comparison));
        comparison
    }

    /// The procedure with a code.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn procedure_by_code(
        &self,
        conn: &mut AsyncPgConnection,
        code: &str,
    ) -> Result<Option<Procedure>> {
        let row = store::procedure_by_code(conn, code).await?;
        row.map(Procedure::from_row).transpose()
    }

    /// The ids of the procedures with these codes; what no procedure has is left out.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn procedure_ids(
        &self,
        conn: &mut AsyncPgConnection,
        codes: &[String],
    ) -> Result<Vec<ProcedureId>> {
        store::procedure_ids(conn, codes).await
    }

    /// The procedure with an id.
    ///
    /// # Errors
    /// `not_found` for an unknown procedure.
    pub async fn procedure(
        &self,
        conn: &mut AsyncPgConnection,
        id: ProcedureId,
    ) -> Result<Procedure> {
        Procedure::from_row(store::procedure(conn, id).await?)
    }

    /// The same, whose versions nobody publishes or retires until the transaction ends: what is in force at a moment read
    /// after this stays so.
    ///
    /// # Errors
    /// `not_found` for an unknown procedure.
    pub async fn hold_procedure(
        &self,
        conn: &mut AsyncPgConnection,
        id: ProcedureId,
    ) -> Result<Procedure> {
        Procedure::from_row(store::hold_procedure(conn, id).await?)
    }

    /// The procedures, those with the ids among them, as they were at most ten seconds ago: to call things
    /// by their names. What has legal effect asks [`Self::procedure`].
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn directory(
        &self,
        conn: &mut AsyncPgConnection,
        ids: impl IntoIterator<Item = ProcedureId>,
    ) -> Result<Arc<Procedures>> {
        let snapshot = self.directory.with(conn, ids).await?;
        Ok(Arc::clone(snapshot.procedures()))
    }

    /// The same, to be searched.
    pub(crate) async fn snapshot(&self, conn: &mut AsyncPgConnection) -> Result<Snapshot> {
        self.directory.with(conn, []).await
    }

    fn known(&self, id: FormVersionId) -> Option<Arc<PublishedForm>> {
        let forms = self.versions.read().unwrap_or_else(PoisonError::into_inner);
        forms.get(&id).cloned()
    }
}
