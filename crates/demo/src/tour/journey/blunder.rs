//! What is not possible, and how it is said.

use reqwest::Method;
use serde_json::json;

use crate::tour::client::{Ask, Person};
use crate::tour::{Portal, TourError};

pub(super) async fn blunder(portal: &Portal, hanako: &Person<'_>) -> Result<(), TourError> {
    let ask = Ask::post(
        "項目名のまちがい",
        "/v1/applications",
        422,
        &["/title", "/errors/0"],
    )
    .body(json!({"procedure": "child-allowance-claim", "status": "decided"}));
    hanako.ask(ask).await?;
    let ask = Ask {
        expect: 401,
        ..Ask::get(
            "ログインしていない",
            "/v1/applications",
            &["/code", "/title"],
        )
    };
    portal.anyone(ask).await?;
    let ask = Ask {
        method: Method::DELETE,
        expect: 405,
        ..Ask::get("使えない方法", "/v1/procedures", &["/code", "/title"])
    };
    portal.anyone(ask).await?;
    Ok(())
}
