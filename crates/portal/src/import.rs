//! Files brought into the database: a catalogue's procedures, letters and signatories, and the staff.

use std::path::Path;

use auth::organisation::StaffMember;
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use documents::letter::Press;
use documents::signatories::{self, Signatory};
use forms::catalogue::Catalogue;
use platform::AsyncPgConnection;
use serde::de::DeserializeOwned;

use crate::services::StartError;

/// Checks a catalogue folder and brings it in, all of it or nothing; answers how many form versions are new.
///
/// # Errors
/// Names the file or procedure and what is wrong with it.
pub async fn import_catalogue(
    conn: &mut AsyncPgConnection,
    press: &Press,
    folder: &Path,
    now: DateTime<Utc>,
) -> Result<usize, StartError> {
    let catalogue = Catalogue::read(folder)?;
    catalogue.check_letters(press)?;
    let signatories: Vec<Signatory> = read_json(&folder.join("signatories.json"))?;
    conn.transaction(async |conn| {
        signatories::import(conn, &signatories).await?;
        Ok(catalogue.import(conn, now).await?)
    })
    .await
}

/// Brings the staff of a file in, all of them or nobody; answers how many.
///
/// # Errors
/// When the file cannot be read or names a department that is not there.
pub(crate) async fn import_staff(
    conn: &mut AsyncPgConnection,
    file: &Path,
    now: DateTime<Utc>,
) -> Result<usize, StartError> {
    let staff: Vec<StaffMember> = read_json(file)?;
    conn.transaction(async |conn| auth::organisation::import_staff(conn, &staff, now).await)
        .await?;
    Ok(staff.len())
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, StartError> {
    let text = std::fs::read(path).map_err(|error| StartError::File(path.to_owned(), error))?;
    serde_json::from_slice(&text).map_err(|error| StartError::Json(path.to_owned(), error))
}
