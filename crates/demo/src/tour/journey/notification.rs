//! 届出: nothing to decide, but one field to put right.

use chrono::{NaiveDate, TimeDelta};
use reqwest::Method;
use serde_json::{Value, json};

use super::{act, begin, example, path_of, save};
use crate::tour::client::{Ask, Person, check};
use crate::tour::{Portal, TourError};

const DOG: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../catalogue/procedures/dog-registration-change/v1/examples.json"
));

pub(super) async fn notify(portal: &Portal, today: NaiveDate) -> Result<(), TourError> {
    let taro = portal.resident("taro").await?;
    let draft = begin(&taro, "dog-registration-change").await?;
    let path = path_of(&draft);
    let whole = save(&taro, &path, "入力する", &draft["version"], example(DOG)).await?;
    let submit = format!("{path}/submit");
    let ask = Ask::post("届け出る", &submit, 201, &["/reference_number", "/due_on"])
        .version(&whole["version"])
        .body(json!({"electronic_notice_consent": false}));
    let receipt = taro.ask(ask).await?;
    check(
        "notification",
        receipt["due_on"].is_null(),
        "a notification has no processing period",
    )?;

    let takahashi = portal.staff("takahashi").await?;
    let ask = Ask::get("高橋（環境政策課）が読む", &path, &["/status", "/version"]);
    let case = takahashi.ask(ask).await?;
    let shown = ["/status", "/allowed_events"];
    let case = act(&takahashi, &case, ("確認を始める", "take-up"), &shown).await?;
    ask_correction(&takahashi, &case, today).await?;
    answer_correction(&taro, &path).await?;
    let ask = Ask::get(
        "高橋が補正前後のちがいを見る",
        &path,
        &["/status", "/corrections/0/changes", "/filing/arrived_at"],
    );
    let case = takahashi.ask(ask).await?;
    check(
        "correction",
        case["filing"]["arrived_at"] == receipt["arrived_at"],
        "the filing date stands",
    )?;
    let step = ("登録して完了する", "complete");
    act(&takahashi, &case, step, &["/status"]).await?;
    Ok(())
}

/// 補正依頼: names the field, why, and until when.
async fn ask_correction(
    clerk: &Person<'_>,
    case: &Value,
    today: NaiveDate,
) -> Result<(), TourError> {
    let path = format!("{}/request-correction", path_of(case));
    let deadline = today + TimeDelta::days(14);
    let ask = Ask::post(
        "高橋が補正を依頼する（名前の欄だけ）",
        &path,
        200,
        &["/status", "/corrections/0/items", "/corrections/0/deadline"],
    )
    .version(&case["version"])
    .body(json!({
        "items": [{"pointer": "/dog_name", "reason": "鑑札の名前と異なります。確認してください。"}],
        "deadline": deadline,
    }));
    clerk.ask(ask).await?;
    Ok(())
}

async fn answer_correction(taro: &Person<'_>, path: &str) -> Result<(), TourError> {
    let shown = ["/standing/next", "/correction/items/0/reason"];
    let own = taro.ask(Ask::get("太郎が見る", path, &shown)).await?;
    let correction = format!("{path}/correction");
    let change = |title, expect, answers, show| Ask {
        method: Method::PATCH,
        ..Ask::post(title, &correction, expect, show)
            .version(&own["version"])
            .body(json!({ "answers": answers }))
    };
    let other = json!({"dog_breed": "秋田"});
    let ask = change("頼まれていない欄は変えられない", 422, other, &["/errors/0"]);
    taro.ask(ask).await?;
    let asked = json!({"dog_name": "𠮷丸"});
    let changed = change(
        "頼まれた欄を直す",
        200,
        asked,
        &["/correction/answers/dog_name"],
    );
    let changed = taro.ask(changed).await?;
    let step = ("送る", "respond-correction");
    act(taro, &changed, step, &["/status"]).await?;
    Ok(())
}
