//! Staff who log in at an identity provider prove there who they are by two factors.

use demo::identity_provider::Fault;
use serde_json::json;
use tests::{Audience, TestApp};

#[actix_web::test]
async fn an_id_token_without_acr_lets_staff_in_only_with_the_proof_of_a_second_factor() {
    let app = TestApp::with_staff_entry(|entry| {
        entry["oidc"]["acr_when_absent"] = json!("aal2");
        entry["oidc"]["proof_when_absent"] = json!({"claim": "amr", "value": "mfa"});
    })
    .await;
    app.faults().inject(Fault::NoAssurance);
    for claims in [
        json!({}),
        json!({"amr": ["pwd"]}),
        json!({"amr": "mfa"}),
        json!({"methods": ["mfa"]}),
    ] {
        app.claim("sato", claims);
        let refused = app.log_in(Audience::Staff, "sato").await;
        refused.assert_problem(400, "login_failed");
    }
    app.claim("sato", json!({"amr": ["pwd", "mfa"]}));
    app.log_in(Audience::Staff, "sato").await.expect(200);
}
