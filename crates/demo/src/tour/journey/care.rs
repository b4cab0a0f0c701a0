//! A file that answers a field.

use serde_json::{Value, json};

use super::{act, begin, example, path_of, save};
use crate::tour::client::{Ask, Person, check};
use crate::tour::{Portal, TourError};

const CARE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../catalogue/procedures/long-term-care-certification-renewal/v1/examples.json"
));
/// As small as a PDF can be: what counts is how it begins.
const CARD: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

pub(super) async fn renew(portal: &Portal) -> Result<(), TourError> {
    let misaki = portal.resident("misaki").await?;
    let draft = begin(&misaki, "long-term-care-certification-renewal").await?;
    let path = path_of(&draft);
    let kept = attach(&misaki, &path).await?;
    let mut answers = example(CARE);
    answers.insert("insurance_card_copy".to_owned(), json!([kept["id"]]));
    let whole = save(&misaki, &path, "入力する", &draft["version"], answers).await?;
    let submit = format!("{path}/submit");
    let ask = Ask::post("申請する（30日以内に決定）", &submit, 201, &["/due_on"])
        .version(&whole["version"])
        .body(json!({"electronic_notice_consent": true}));
    misaki.ask(ask).await?;

    let yamamoto = portal.staff("yamamoto").await?;
    let ask = Ask::get(
        "山本（高齢者支援課）が読む",
        &path,
        &["/applicant/name", "/attachments/0/name", "/limit_on"],
    );
    let case = yamamoto.ask(ask).await?;
    let shown = ["/status"];
    act(&yamamoto, &case, ("審査を始める", "take-up"), &shown).await?;
    let id = kept["id"].as_str().unwrap_or_default();
    let step = "山本が添付書類を開く（閲覧は記録される）";
    let file = format!("{path}/attachments/{id}");
    let content = yamamoto.download(step, &file).await?;
    check(step, content == CARD, "the file comes back as it was sent")
}

async fn attach(misaki: &Person<'_>, path: &str) -> Result<Value, TourError> {
    let file = format!(
        "{path}/attachments?field=/insurance_card_copy&name=%E8%A2%AB%E4%BF%9D%E9%99%BA%E8%80%85%E8%A8%BC.pdf"
    );
    let ask = Ask::post(
        "名前は .pdf でも、中身がちがえば受け付けない",
        &file,
        415,
        &["/code", "/detail"],
    );
    misaki.ask(ask.file(b"MZ\x90\0 a program")).await?;
    let ask = Ask::post(
        "被保険者証の写しを添付する",
        &file,
        201,
        &["/name", "/media_type", "/bytes", "/sha256"],
    );
    misaki.ask(ask.file(CARD)).await
}
