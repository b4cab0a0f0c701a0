//! The city's register (宛名, from 住民基本台帳) brought in from a file: read row by row, all of it or nothing.

mod faults;
mod file;
mod losses;

use std::collections::HashMap;
use std::io::Read;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use keys::Keys;
use platform::id::new_v7;
use platform::{AsyncPgConnection, Error};
use serde_json::json;
use uuid::Uuid;

use super::addressee::AddresseeId;
use super::store::{self, AddresseeRow, Count};
use crate::organisation::entry;
use crate::store::take_turn;
use faults::{Fault, NUMBER};
pub use faults::{Faults, ImportError};
use file::{Entry, RegisterFile};
use losses::Change;
pub use losses::{Loss, Losses};

/// Rows written by one statement.
const AT_A_TIME: usize = 1_000;

/// How long whoever has gone is kept where no registration names them: as long as a clerk may need to see that a resident who
/// asks was in the register until lately. After that the city does not need them here (個人情報保護法61条2項).
const GONE_ARE_KEPT: TimeDelta = TimeDelta::days(90);

/// What an import is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The register becomes what the file says.
    Keep,
    /// Nothing changes; what would is told.
    Try,
}

/// What an import did, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// People in the file.
    pub people: usize,
    /// Those that the portal did not have.
    pub new: i64,
    /// Those that the portal had and the file does not.
    pub gone: usize,
    /// Those under DV等支援措置.
    pub protected: usize,
    /// Those deleted: gone for more than 90 days, and named by no registration.
    pub forgotten: usize,
}

/// Brings the register in. The file is the whole of it: who is missing there is gone, and found no more by residents;
/// who has long gone is forgotten.
///
/// # Errors
/// [`ImportError::Faults`] names lines and columns, never a value; [`ImportError::Losses`], unless they are accepted, tells
/// how many people or how much protection would be lost. Nothing has changed then.
pub async fn import(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    file: impl Read + Send,
    (purpose, loss): (Purpose, Loss),
    now: DateTime<Utc>,
) -> Result<Imported, ImportError> {
    let run = Run {
        keys,
        id: new_v7(now),
        loss,
        now,
    };
    let done = conn.transaction(async |conn| {
        let imported = run.whole(conn, file).await?;
        match purpose {
            Purpose::Keep => Ok(imported),
            Purpose::Try => Err(Undone::Tried(imported)),
        }
    });
    match done.await {
        Ok(imported) | Err(Undone::Tried(imported)) => Ok(imported),
        Err(Undone::Failed(error)) => Err(error),
    }
}

/// Why a transaction ends without a change.
enum Undone {
    Tried(Imported),
    Failed(ImportError),
}

impl<E: Into<ImportError>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

fn losses(before: Count, after: Count) -> Losses {
    let change = |of: fn(Count) -> i64| Change {
        before: of(before),
        after: of(after),
    };
    Losses {
        people: change(|count| count.present),
        protected: change(|count| count.protected),
    }
}

/// One import.
struct Run<'a> {
    keys: &'a Keys,
    id: Uuid,
    loss: Loss,
    now: DateTime<Utc>,
}

impl Run<'_> {
    async fn whole(
        &self,
        conn: &mut AsyncPgConnection,
        file: impl Read + Send,
    ) -> Result<Imported, ImportError> {
        take_turn(conn, "addressees.import".to_owned()).await?;
        let before = store::count_addressees(conn).await?;
        let mut imported = Imported::default();
        let mut file = RegisterFile::open(file)?;
        let mut faults = Faults::default();
        while let Some(entries) = file.next_entries(AT_A_TIME, &mut faults)? {
            imported.people += entries.len();
            imported.protected += entries.iter().filter(|entry| entry.protected).count();
            if faults.are_none() {
                self.keep(conn, entries, &mut faults).await?;
            }
        }
        faults.refuse_any()?;
        imported.gone = store::note_gone(conn, self.id, self.now).await?;
        let after = store::count_addressees(conn).await?;
        imported.new = after.all - before.all;
        if self.loss == Loss::Refuse {
            losses(before, after).refuse_unlikely()?;
        }
        imported.forgotten = store::forget_gone(conn, self.now - GONE_ARE_KEPT).await?;
        self.record(conn, imported).await?;
        Ok(imported)
    }

    /// Keeps some; a number that was there before in this file is a fault.
    async fn keep(
        &self,
        conn: &mut AsyncPgConnection,
        entries: Vec<Entry>,
        faults: &mut Faults,
    ) -> Result<(), Error> {
        let mut lines = HashMap::with_capacity(entries.len());
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            let row = self.row(&entry)?;
            if lines.insert(row.id, entry.line).is_some() {
                faults.add(Fault::new(entry.line, NUMBER, "is there twice"));
            } else {
                rows.push(row);
            }
        }
        for kept in store::keep_addressees(conn, rows).await? {
            lines.remove(&kept);
        }
        if faults.are_none() {
            let twice = lines.into_values();
            faults.extend(twice.map(|line| Fault::new(line, NUMBER, "is there twice")));
        }
        Ok(())
    }

    fn row(&self, entry: &Entry) -> Result<AddresseeRow, Error> {
        let addressee = &entry.addressee;
        let id = AddresseeId::of(self.keys, &addressee.number)?;
        let hashes = addressee.basics.pair_hashes(self.keys)?;
        Ok(AddresseeRow {
            id,
            name_birthdate_hash: hashes.name_birthdate,
            name_address_hash: hashes.name_address,
            birthdate_address_hash: hashes.birthdate_address,
            sealed: addressee.seal(self.keys, id)?,
            protected: entry.protected,
            import_id: self.id,
            gone_at: None,
        })
    }

    async fn record(&self, conn: &mut AsyncPgConnection, imported: Imported) -> Result<(), Error> {
        let Imported {
            people,
            new,
            gone,
            protected,
            forgotten,
        } = imported;
        let detail = json!({"people": people, "new": new, "gone": gone, "protected": protected, "forgotten": forgotten});
        let object = ("register", self.id);
        audit::record(conn, entry("addressee.import", object, detail, self.now)).await
    }
}
