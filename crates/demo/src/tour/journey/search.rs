//! What can one apply for?

use chrono::NaiveDate;
use serde_json::json;

use crate::tour::client::{Ask, check};
use crate::tour::{Portal, TourError};

pub(super) async fn look_around(portal: &Portal, today: NaiveDate) -> Result<(), TourError> {
    let ask = Ask::get(
        "オンラインで申請できる手続",
        "/v1/procedures?accepts_digital=true",
        &[
            "/items/0/code",
            "/items/0/name/ja",
            "/items/1/name/ja-x-easy",
        ],
    );
    let listed = portal.anyone(ask).await?;
    let codes: Vec<_> = listed["items"].as_array().into_iter().flatten().collect();
    check("list", codes.len() >= 2, "two procedures are digital")?;
    let ask = Ask::post(
        "自分のことばで言うと、手続が見つかる（外へは送らない）",
        "/v1/finder",
        200,
        &[
            "/life_events/0/name/ja",
            "/procedures/0/name/ja",
            "/procedures/0/words",
        ],
    );
    let ask = ask.body(json!({"text": "先週、赤ちゃんが生まれました。もらえるお金はありますか"}));
    let found = portal.anyone(ask).await?;
    check(
        "finder",
        found["life_events"][0]["code"] == "birth",
        "a birth is understood",
    )?;
    ask_about_birth(portal, today).await?;
    let ask = Ask::get(
        "児童手当 認定請求の様式（JSON Schema＋JSON Forms）",
        "/v1/procedures/child-allowance-claim/form",
        &[
            "/number",
            "/sha256",
            "/policy/processing_period",
            "/policy/appeal/review_authority",
        ],
    );
    let form = portal.anyone(ask).await?;
    check(
        "form",
        form["schema"]["type"] == "object",
        "a form has a schema",
    )
}

async fn ask_about_birth(portal: &Portal, today: NaiveDate) -> Result<(), TourError> {
    let ask = Ask::post(
        "質問に答えると、必要な手続、理由、期限がわかる",
        "/v1/life-events/birth/assess",
        200,
        &[
            "/procedures/0/name/ja",
            "/procedures/0/deadline/due_on",
            "/procedures/1/name/ja",
            "/procedures/1/necessity",
            "/procedures/1/reason/ja",
        ],
    );
    let answers = json!({
        "birth_date": today, "birth_place": "japan", "lives_here": "yes",
        "public_servant": "no", "child_allowance": "no", "childcare": "no",
    });
    let told = portal
        .anyone(ask.body(json!({ "answers": answers })))
        .await?;
    check(
        "assess",
        told["complete"] == true && told["procedures"][1]["necessity"] == "needed",
        "a first child brings child allowance",
    )
}
