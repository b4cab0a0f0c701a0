//! The names of sending departments.

use auth::DepartmentId;
use auth::departments::Departments;
use platform::{AsyncPgConnection, Error, Result};

use crate::model::Sender;

/// All departments a message can come from.
pub(crate) struct Senders(Departments);

impl Senders {
    pub(crate) async fn load(conn: &mut AsyncPgConnection) -> Result<Self> {
        Ok(Self(Departments::load(conn).await?))
    }

    pub(crate) fn of(&self, department: DepartmentId) -> Result<Sender> {
        let known = self.0.get(department).ok_or_else(|| {
            Error::internal(format!(
                "a message comes from the unknown department {department}"
            ))
        })?;
        Ok(Sender {
            code: known.code.clone(),
            name: known.name_ja().to_owned(),
        })
    }
}
