//! How satisfied people were: asked twice, answered by a token that leads back to nobody.

use serde_json::json;

use crate::tour::client::{Ask, Person, check};
use crate::tour::{Portal, TourError};

/// Takes the token of a touchpoint and answers, as anyone who holds it could.
pub(super) async fn answer(
    portal: &Portal,
    person: &Person<'_>,
    application: &str,
    touchpoint: &str,
    rating: u8,
) -> Result<(), TourError> {
    let path = format!("{application}/survey");
    let ask = Ask::post(
        "アンケートの一回限りの回答券を受け取る（申請とは結び付かない）",
        &path,
        201,
        &[],
    );
    let offered = person
        .ask(ask.body(json!({ "touchpoint": touchpoint })))
        .await?;
    let answer = json!({"token": offered["token"], "rating": rating});
    let answering = |expect, show| {
        let title = if expect == 204 {
            "満足度を答える（ログイン不要）"
        } else {
            "同じ回答券は二度使えない"
        };
        Ask::post(title, "/v1/survey/answers", expect, show).body(answer.clone())
    };
    portal.anyone(answering(204, &[])).await?;
    portal.anyone(answering(409, &["/code"])).await?;
    Ok(())
}

pub(super) async fn satisfaction(portal: &Portal) -> Result<(), TourError> {
    let analyst = portal.staff("watanabe").await?;
    let path = "/v1/stats/kpis/digital_satisfaction_rate/observations?scope=city";
    let ask = Ask::get(
        "渡辺（統計担当）が読む今年度の満足度",
        path,
        &[
            "/observations/0/numerator",
            "/observations/0/denominator",
            "/observations/0/value",
            "/observations/0/ci95",
            "/observations/0/targets",
        ],
    );
    let figure = analyst.ask(ask).await?;
    let answered = figure.pointer("/observations/0/denominator");
    let answered = answered.and_then(serde_json::Value::as_i64);
    check(
        "satisfaction",
        answered >= Some(1),
        "the answer given after filing is counted",
    )
}
