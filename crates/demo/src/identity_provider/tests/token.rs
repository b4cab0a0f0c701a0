use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{error, header, open, opening_time};

#[tokio::test]
async fn a_code_buys_an_id_token_of_the_person() {
    let desk = open();

    let tokens = desk.tokens(&[]).await;

    let claims = desk.verified(&tokens["id_token"]).await.unwrap();
    let digest = Sha256::digest(tokens["access_token"].as_str().unwrap());
    let now = opening_time().timestamp();
    let expected = json!({
        "iss": desk.issuer,
        "sub": "demo-resident-0001",
        "aud": "residents",
        "iat": now,
        "exp": now + 300,
        "auth_time": now,
        "nonce": "a-nonce",
        "acr": "aal3",
        "at_hash": BASE64_URL_SAFE_NO_PAD.encode(&digest[..16]),
    });
    assert_eq!(claims, expected);
    assert_eq!(tokens["token_type"], "Bearer");
}

#[tokio::test]
async fn staff_log_in_with_their_own_client_at_a_lower_level() {
    let desk = open();

    let tokens = desk
        .tokens(&[("client_id", "staff"), ("login_hint", "sato")])
        .await;

    let claims = desk.verified(&tokens["id_token"]).await.unwrap();
    assert_eq!(claims["aud"], "staff");
    assert_eq!(claims["sub"], "demo-staff-0001");
    assert_eq!(claims["acr"], "aal2");
}

#[tokio::test]
async fn the_time_of_the_login_stays_when_the_code_is_used_later() {
    let desk = open();
    let code = desk.code(&[]).await;
    desk.wait(59);

    let answer = desk.token("residents", &code, &[]).await;

    let tokens: Value = answer.json().await.unwrap();
    let claims = desk.verified(&tokens["id_token"]).await.unwrap();
    assert_eq!(claims["auth_time"], opening_time().timestamp());
    assert_eq!(claims["iat"], opening_time().timestamp() + 59);
}

#[tokio::test]
async fn a_code_is_good_for_one_use_within_a_minute() {
    let desk = open();
    let code = desk.code(&[]).await;
    let first = desk.token("residents", &code, &[]).await;
    assert_eq!(first.status(), 200);

    let replay = desk.token("residents", &code, &[]).await;
    assert_eq!(replay.status(), 400);
    assert_eq!(error(replay).await, "invalid_grant");

    let code = desk.code(&[]).await;
    desk.wait(60);
    let late = desk.token("residents", &code, &[]).await;
    assert_eq!(error(late).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_is_bound_to_its_client_address_and_challenge() {
    let desk = open();
    let another_verifier = "b".repeat(43);
    let faulty = [
        ("staff", "grant_type", "authorization_code"),
        (
            "residents",
            "redirect_uri",
            "http://127.0.0.1:8080/callback",
        ),
        ("residents", "redirect_uri", ""),
        ("residents", "code_verifier", &another_verifier),
        ("residents", "code_verifier", ""),
    ];

    for (client_id, name, value) in faulty {
        let code = desk.code(&[]).await;
        let answer = desk.token(client_id, &code, &[(name, value)]).await;

        assert_eq!(answer.status(), 400);
        assert_eq!(error(answer).await, "invalid_grant", "{client_id} {name}");
        let retry = desk.token("residents", &code, &[]).await;
        assert_eq!(error(retry).await, "invalid_grant");
    }
}

#[tokio::test]
async fn another_grant_type_is_refused() {
    let desk = open();

    let answer = desk
        .token("residents", "code", &[("grant_type", "password")])
        .await;

    assert_eq!(error(answer).await, "unsupported_grant_type");
}

#[tokio::test]
async fn a_client_must_prove_who_it_is() {
    let desk = open();
    let code = desk.code(&[]).await;
    let post = || desk.browser.post(format!("{}/token", desk.issuer));
    let form = [("grant_type", "authorization_code"), ("code", &code)];

    let requests = [
        post(),
        post().basic_auth("residents", Some("wrong")),
        post().basic_auth("residents", None::<&str>),
        post().basic_auth("nobody", Some("residents-secret")),
        post().bearer_auth("residents-secret"),
    ];
    for request in requests {
        let answer = request.form(&form).send().await.unwrap();

        assert_eq!(answer.status(), 401);
        assert!(header(&answer, "www-authenticate").starts_with("Basic"));
        assert_eq!(error(answer).await, "invalid_client");
    }
    let answer = desk.token("residents", &code, &[]).await;
    assert_eq!(answer.status(), 200, "a stranger does not use up the code");
}

#[tokio::test]
async fn userinfo_has_the_four_attributes_as_the_card_app_gives_them() {
    let desk = open();
    let tokens = desk.tokens(&[]).await;

    let answer = desk
        .userinfo(tokens["access_token"].as_str().unwrap())
        .await;

    assert_eq!(header(&answer, "cache-control"), "no-store");
    let expected = json!({
        "sub": "demo-resident-0001",
        "name": "山田 花子",
        "address": "東京都小平市小川町二丁目９９９９番地の１",
        "birthdate": "19900514",
        "gender": "2",
        "email": "hanako@resident.example",
        "email_verified": true,
    });
    assert_eq!(answer.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn userinfo_tells_no_more_than_was_asked() {
    let desk = open();
    let tokens = desk.tokens(&[("scope", "openid")]).await;

    let answer = desk
        .userinfo(tokens["access_token"].as_str().unwrap())
        .await;

    let expected = json!({ "sub": "demo-resident-0001" });
    assert_eq!(answer.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn an_access_token_ends_after_five_minutes() {
    let desk = open();
    let tokens = desk.tokens(&[]).await;
    let access_token = tokens["access_token"].as_str().unwrap();
    desk.wait(299);
    assert_eq!(desk.userinfo(access_token).await.status(), 200);
    desk.wait(1);

    let answer = desk.userinfo(access_token).await;

    assert_eq!(answer.status(), 401);
    assert!(header(&answer, "www-authenticate").contains("invalid_token"));
}

#[tokio::test]
async fn answers_with_tokens_are_not_stored() {
    let desk = open();
    let code = desk.code(&[]).await;

    let granted = desk.token("residents", &code, &[]).await;
    let refused = desk.token("residents", &code, &[]).await;

    assert_eq!(header(&granted, "cache-control"), "no-store");
    assert_eq!(header(&refused, "cache-control"), "no-store");
}
