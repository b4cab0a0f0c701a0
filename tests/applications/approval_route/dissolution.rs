//! 組織改編: a department that a route asks is no more.

use serde_json::json;
use tests::{TestApp, act, file};

use super::{CHILD, THREE_STEPS, approve, events, propose, proposed, told};
use crate::applications::reorganisation::first_of_april;

/// 環境政策課 goes into 市民課 on 1 April.
async fn end_environment(app: &TestApp) {
    let plan = json!({
        "effective_on": "2027-04-01",
        "dissolved": [{"department": "environment", "successor": "resident"}],
    });
    let nakamura = app.staff("nakamura").await;
    nakamura.post("/v1/reorganisations", plan).await.expect(201);
    first_of_april(app).await;
}

#[actix_web::test]
async fn the_successor_is_asked_in_the_place_of_a_dissolved_department() {
    let app = TestApp::new().await;
    let (hanako, waiting) = proposed(&app, &THREE_STEPS).await;
    approve(&app, "suzuki", &waiting).await;
    let sato = app.staff("sato").await;
    let to_come = file(&hanako, CHILD, true).await;
    act(&sato, &to_come, "take-up", ()).await.expect(200);
    propose(&sato, &to_come).await;
    let past = file(&hanako, CHILD, true).await;
    act(&sato, &past, "take-up", ()).await.expect(200);
    propose(&sato, &past).await;
    approve(&app, "suzuki", &past).await;
    approve(&app, "tanaka", &past).await;
    end_environment(&app).await;

    let kato = app.staff("kato").await;
    let case = kato.get(&waiting).await.expect(200);
    assert_eq!(told(&case)[1], ("resident", "waiting"));
    assert_eq!(events(&kato, &waiting).await.last().unwrap(), "hand_over");
    approve(&app, "kato", &waiting).await;
    kato.get(&to_come).await.assert_problem(404, "not_found");
    let case = approve(&app, "suzuki", &to_come).await;
    assert_eq!(told(&case)[1], ("resident", "waiting"));
    kato.get(&to_come).await.expect(200);
    let case = app.staff("sato").await.get(&past).await.expect(200);
    assert_eq!(told(&case)[1], ("environment", "given"), "who it was then");
}

#[actix_web::test]
async fn a_step_of_the_department_in_charge_moves_with_the_case() {
    let app = TestApp::new().await;
    let (_, own) = proposed(&app, &["owner", "environment"]).await;
    let plan = json!({
        "effective_on": "2027-04-01",
        "procedures": [{"procedure": CHILD, "department": "resident"}],
    });
    let nakamura = app.staff("nakamura").await;
    nakamura.post("/v1/reorganisations", plan).await.expect(201);
    first_of_april(&app).await;
    let kato = app.staff("kato").await;
    let case = kato.get(&own).await.expect(200);
    assert_eq!(
        told(&case),
        [("resident", "waiting"), ("environment", "to_come")]
    );
    approve(&app, "kato", &own).await;
    approve(&app, "tanaka", &own).await;
    app.run_jobs().await;
}
