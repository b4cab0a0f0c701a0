use serde_json::Value;

use super::super::Fault;
use super::{Desk, callback, open};

async fn faulty_tokens(desk: &Desk, fault: Fault) -> Value {
    desk.faults.clear();
    desk.faults.inject(fault);
    desk.tokens(&[]).await
}

#[tokio::test]
async fn claims_can_be_made_wrong() {
    let desk = open();
    let honest = desk.tokens(&[]).await;
    let honest = desk.verified(&honest["id_token"]).await.unwrap();
    let faults = [
        (Fault::WrongNonce, "nonce"),
        (Fault::WrongAccessTokenHash, "at_hash"),
        (Fault::LowAssurance, "acr"),
        (Fault::Expired, "exp"),
    ];

    for (fault, claim) in faults {
        let tokens = faulty_tokens(&desk, fault).await;
        let claims = desk.verified(&tokens["id_token"]).await.unwrap();

        assert_ne!(claims[claim], honest[claim], "{fault:?}");
        assert_eq!(claims["sub"], honest["sub"]);
    }
}

#[tokio::test]
async fn a_careful_client_refuses_a_foreign_or_forged_token() {
    let desk = open();
    let faults = [
        Fault::WrongAudience,
        Fault::WrongIssuer,
        Fault::Hs256,
        Fault::ForgedSignature,
        Fault::UnknownKey,
    ];

    for fault in faults {
        let tokens = faulty_tokens(&desk, fault).await;

        assert!(
            desk.verified(&tokens["id_token"]).await.is_err(),
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn a_rotated_key_is_published_beside_the_old_one() {
    let desk = open();
    let before = desk.published_keys().await;

    let tokens = faulty_tokens(&desk, Fault::RotatedKey).await;

    let header = jsonwebtoken::decode_header(tokens["id_token"].as_str().unwrap()).unwrap();
    let kid = header.kid.unwrap();
    assert!(before.find(&kid).is_none());
    let after = desk.published_keys().await;
    assert!(after.find(&kid).is_some());
    assert!(after.keys.contains(&before.keys[0]));
    assert!(desk.verified(&tokens["id_token"]).await.is_ok());
}

#[tokio::test]
async fn userinfo_can_be_about_someone_else() {
    let desk = open();
    let tokens = faulty_tokens(&desk, Fault::UserinfoSubjectDiffers).await;

    let answer = desk
        .userinfo(tokens["access_token"].as_str().unwrap())
        .await;

    let claims: Value = answer.json().await.unwrap();
    assert_ne!(claims["sub"], "demo-resident-0001");
}

#[tokio::test]
async fn the_answer_can_come_from_another_issuer() {
    let desk = open();
    desk.faults.inject(Fault::WrongResponseIssuer);

    let answer = callback(&desk.authorize(&[]).await);

    assert_ne!(answer["iss"], desk.issuer);
}

#[tokio::test]
async fn endpoints_can_be_down_and_come_back() {
    let desk = open();
    desk.faults.inject(Fault::JwksDown);
    desk.faults.inject(Fault::TokenEndpointDown);
    let code = desk.code(&[]).await;

    assert_eq!(desk.get("/jwks").await.status(), 500);
    let answer = desk.token("residents", &code, &[]).await;
    assert_eq!(answer.status(), 500);

    desk.faults.clear();
    assert_eq!(desk.get("/jwks").await.status(), 200);
    let answer = desk.token("residents", &code, &[]).await;
    assert_eq!(answer.status(), 200);
}
