//! The receipt: what it says can be checked by anybody, without us.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tests::{TestApp, begin, file, jws_part};

#[actix_web::test]
async fn the_signature_verifies_with_the_published_evidence_key_alone() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, "child-allowance-claim", true).await;
    let mut receipt = hanako.get(format!("{path}/receipt")).await.expect(200);
    let signature = receipt["signature"].take();
    let signature = signature.as_str().unwrap();
    let parts: Vec<_> = signature.split('.').collect();
    let header = jws_part(signature, 0);
    assert_eq!(header["typ"], "receipt+jws");

    let published = hanako
        .get("/.well-known/evidence-keys.json")
        .await
        .expect(200);
    let mut keys = published["keys"].as_array().unwrap().iter();
    let key = keys.find(|key| key["kid"] == header["kid"]).unwrap();
    let public = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
    let signed = format!("{}.{}", parts[0], parts[1]);
    let bytes = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, public);
    key.verify(signed.as_bytes(), &bytes).unwrap();
    assert!(key.verify(format!("{signed}x").as_bytes(), &bytes).is_err());

    receipt.as_object_mut().unwrap().remove("signature");
    assert_eq!(jws_part(signature, 1), receipt);
}

#[actix_web::test]
async fn the_content_hash_is_that_of_what_was_filed() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, "child-allowance-claim", true).await;
    let receipt = hanako.get(format!("{path}/receipt")).await.expect(200);
    let application = hanako.get(&path).await.expect(200);
    let me = hanako.get("/v1/me").await.expect(200);
    let form = hanako
        .get("/v1/procedures/child-allowance-claim/form")
        .await
        .expect(200);
    let content = json!({
        "application_id": application["id"],
        "applicant_id": me["id"],
        "subject_id": me["id"],
        "actor_id": me["id"],
        "procedure": "child-allowance-claim",
        "form_version_id": form["id"],
        "form_sha256": form["sha256"],
        "electronic_notice_consent": true,
        "identity": {
            "name": me["attributes"]["name"],
            "address": me["attributes"]["address"],
            "birthdate": me["attributes"]["birthdate"],
            "gender": me["attributes"]["gender"],
            "issuer": me["attributes"]["issuer"],
            "assurance": me["acr"],
            "ial": me["ial"],
            "aal": me["aal"],
            "verified_at": me["attributes"]["verified_at"],
        },
        "answers": application["answers"],
        "attachments": [],
        "provenance": application["provenance"],
    });
    let canonical = serde_json_canonicalizer::to_vec(&content).unwrap();
    let digest = Sha256::digest(canonical);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(receipt["content_sha256"], hex);
}

#[actix_web::test]
async fn a_draft_has_no_receipt() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, "dog-registration-change").await;
    hanako
        .get(format!("{path}/receipt"))
        .await
        .assert_problem(404, "not_found");
}
