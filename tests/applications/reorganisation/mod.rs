//! 組織改編 on 1 April: procedures, cases, paper and postings change hands, and figures of the past stay.

mod day;
mod plans;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{Client, TestApp};

const CLAIM: &str = "child-allowance-claim";
const DOG: &str = "dog-registration-change";

fn plan() -> Value {
    json!({
        "effective_on": "2027-04-01",
        "departments": [{"code": "children-future", "name": {"ja": "こども未来課"}}],
        "dissolved": [{"department": "child-support", "successor": "children-future"}],
        "procedures": [{"procedure": DOG, "department": "resident"}],
    })
}

/// Sato goes along, from 1 April on.
async fn post_sato_ahead(app: &TestApp) {
    app.as_admin(
        "INSERT INTO postings (id, staff_id, department_id, role, valid_from, source)
         SELECT gen_random_uuid(), s.id, d.id, 'reviewer', '2027-04-01', 'file'
         FROM staff_members s, departments d
         WHERE s.subject = 'demo-staff-0001' AND d.code = 'children-future'",
    )
    .await;
}

/// Until the fiscal year begins in Japan, and for the worker to have done what it brings.
pub(super) async fn first_of_april(app: &TestApp) {
    until_april(app).await;
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(2));
    app.run_jobs().await;
}

async fn until_april(app: &TestApp) {
    let begins: DateTime<Utc> = "2027-03-31T15:00:00Z".parse().unwrap();
    app.pass(begins - app.clock.now());
}

async fn planned(app: &TestApp) -> Client {
    let nakamura = app.staff("nakamura").await;
    let planned = nakamura.post("/v1/reorganisations", plan()).await;
    planned.expect(201);
    nakamura
}
