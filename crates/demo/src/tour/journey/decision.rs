//! The other side of the counter: one proposes, another approves.

use serde_json::json;

use super::act;
use crate::tour::client::{Ask, check};
use crate::tour::{Portal, TourError};

pub(super) async fn decide(portal: &Portal, path: &str) -> Result<(), TourError> {
    let sato = portal.staff("sato").await?;
    let ask = Ask::get(
        "佐藤（審査担当）の受付箱",
        "/v1/applications?status=submitted&limit=100",
        &[
            "/items/0/reference_number",
            "/items/0/procedure/name",
            "/items/0/due_on",
        ],
    );
    let queue = sato.ask(ask).await?;
    let id = path.rsplit('/').next().unwrap_or_default();
    let waiting = queue["items"].as_array().into_iter().flatten();
    let waiting = waiting.filter(|entry| entry["id"] == id).count();
    check("queue", waiting == 1, "the claim waits in the queue, once")?;

    let ask = Ask::get(
        "申請を読む（閲覧は記録される）",
        path,
        &["/status", "/version"],
    );
    let case = sato.ask(ask).await?;
    let case = act(
        &sato,
        &case,
        ("審査を始める", "take-up"),
        &["/status", "/allowed_events"],
    )
    .await?;
    let propose = format!("{path}/propose");
    let ask = Ask::post(
        "起案する：認定",
        &propose,
        200,
        &["/status", "/proposal/outcome"],
    )
    .version(&case["version"])
    .body(json!({"outcome": "grant"}));
    let case = sato.ask(ask).await?;
    let approve = format!("{path}/approve");
    let ask = Ask::post(
        "佐藤は自分では決裁できない",
        &approve,
        403,
        &["/code", "/title"],
    );
    sato.ask(ask.version(&case["version"])).await?;

    let suzuki = portal.staff("suzuki").await?;
    let decided = act(
        &suzuki,
        &case,
        ("鈴木（決裁者）が決裁する", "approve"),
        &["/status", "/decision/decided_at", "/decision/notice_sha256"],
    )
    .await?;
    check(
        "approve",
        decided["status"] == "decided",
        "the claim is decided",
    )
}
