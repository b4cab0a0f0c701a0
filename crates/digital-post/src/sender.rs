//! The names of sending departments.

use std::collections::HashMap;

use auth::DepartmentId;
use platform::{AsyncPgConnection, Error, Result};

use crate::model::Sender;

/// All departments a message can come from.
pub(crate) struct Senders(HashMap<DepartmentId, Sender>);

impl Senders {
    pub(crate) async fn load(conn: &mut AsyncPgConnection) -> Result<Self> {
        let departments = auth::departments::all(conn).await?.into_iter();
        let named = departments.map(|(id, code, name)| {
            let name = name["ja"].as_str().unwrap_or(&code).to_owned();
            (id, Sender { code, name })
        });
        Ok(Self(named.collect()))
    }

    pub(crate) fn of(&self, department: DepartmentId) -> Result<Sender> {
        self.0.get(&department).cloned().ok_or_else(|| {
            Error::internal(format!(
                "a message comes from the unknown department {department}"
            ))
        })
    }
}
