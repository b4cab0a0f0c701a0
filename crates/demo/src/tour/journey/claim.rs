//! A claim, from the first keystroke to a receipt that anyone can check.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{begin, example, path_of, save};
use crate::tour::client::{Ask, Person, check};
use crate::tour::{Portal, TourError, screen};

const ALLOWANCE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../catalogue/procedures/child-allowance-claim/v1/examples.json"
));

pub(super) async fn file_claim(portal: &Portal, hanako: &Person<'_>) -> Result<String, TourError> {
    let answers = example(ALLOWANCE);
    let draft = begin(hanako, "child-allowance-claim").await?;
    let path = path_of(&draft);
    let (first, rest) = halves(answers);
    let half = save(hanako, &path, "途中まで保存する", &draft["version"], first).await?;
    let ask = format!("{path}/validate");
    let ask = Ask::post(
        "足りないものを確かめる",
        &ask,
        200,
        &["/valid", "/problems/0/message"],
    );
    let verdict = hanako.ask(ask).await?;
    check(
        "validate",
        verdict["valid"] == false,
        "half a form is not valid",
    )?;
    let whole = save(hanako, &path, "残りを保存する", &half["version"], rest).await?;

    let submit = format!("{path}/submit");
    let key = format!("tour-{}", draft["id"].as_str().unwrap_or_default());
    let file = || Ask {
        idempotency_key: Some(&key),
        ..Ask::post(
            "提出する（受付番号・到達日時・内容のハッシュ・署名）",
            &submit,
            201,
            &[
                "/reference_number",
                "/arrived_at",
                "/accepted_on",
                "/due_on",
                "/content_sha256",
            ],
        )
        .version(&whole["version"])
        .body(json!({"electronic_notice_consent": true}))
    };
    let receipt = hanako.ask(file()).await?;
    let again = hanako
        .ask(Ask {
            title: "もう一度提出しても、申請は一件、受付票は同じ",
            show: &["/reference_number"],
            ..file()
        })
        .await?;
    check(
        "submit twice",
        receipt == again,
        "the same receipt comes again",
    )?;
    verify_signature(portal, &receipt).await?;
    Ok(path)
}

/// Anyone can check a receipt offline with the published keys.
async fn verify_signature(portal: &Portal, receipt: &Value) -> Result<(), TourError> {
    let step = "公開鍵で受付票の署名を確かめる";
    let ask = Ask::get(step, "/.well-known/evidence-keys.json", &["/keys/0/kid"]);
    let keys = portal.anyone(ask).await?;
    let signature = receipt["signature"].as_str().unwrap_or_default();
    let good = keys["keys"].as_array().into_iter().flatten().any(|key| {
        let key = key["x"]
            .as_str()
            .and_then(|x| URL_SAFE_NO_PAD.decode(x).ok());
        key.is_some_and(|key| signed_by(&key, signature))
    });
    check(step, good, "the signature is that of a published key")?;
    screen::remark("署名は正しい ✓");
    Ok(())
}

fn signed_by(key: &[u8], jws: &str) -> bool {
    let Some((signed, signature)) = jws.rsplit_once('.') else {
        return false;
    };
    URL_SAFE_NO_PAD.decode(signature).is_ok_and(|signature| {
        UnparsedPublicKey::new(&ED25519, key)
            .verify(signed.as_bytes(), &signature)
            .is_ok()
    })
}

fn halves(answers: Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let middle = answers.len() / 2;
    let (first, rest): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .enumerate()
        .partition(|(index, _)| *index < middle);
    let plain =
        |half: Vec<(usize, (String, Value))>| half.into_iter().map(|(_, entry)| entry).collect();
    (plain(first), plain(rest))
}
