//! The staff file, as the city imports it.

use portal::auth::organisation::{StaffMember, import_staff};
use serde_json::{Value, json};

use super::TestApp;
use crate::background::off_this_runtime;
use crate::cluster::cluster;

impl TestApp {
    /// Imports a staff file with one of the demo staff in it, who is as it says: `postings`, which begin on 1 April 2026 where it
    /// does not say, and `disabled`. Answers what is wrong with it, if anything is.
    pub async fn import_staff(&self, login: &str, mut entry: Value) -> Result<(), String> {
        let person = demo::city::staff_member(login).unwrap();
        let sql = format!(
            "SELECT issuer AS text FROM staff_members WHERE subject = '{}'",
            person.subject
        );
        let issuer = cluster().await.texts(&self.database, &sql).await.remove(0);
        entry["issuer"] = json!(issuer);
        entry["subject"] = json!(person.subject);
        entry["display_name"] = json!(person.name);
        for posting in entry["postings"].as_array_mut().unwrap() {
            let first = posting.as_object_mut().unwrap().entry("valid_from");
            first.or_insert_with(|| json!("2026-04-01"));
        }
        let staff: Vec<StaffMember> = serde_json::from_value(json!([entry])).unwrap();
        let services = self.services.clone();
        off_this_runtime(async move {
            let mut conn = services.database.connection().await.unwrap();
            let imported = import_staff(&mut conn, &staff, services.clock.now()).await;
            imported.map_err(|error| error.to_string())
        })
        .await
    }
}
