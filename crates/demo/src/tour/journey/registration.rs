//! Which person of the city's register somebody is.

use reqwest::Method;
use serde_json::Value;

use crate::tour::client::{Ask, Person, check};
use crate::tour::{Portal, TourError};

const OWN: &str = "/v1/me/registration";

pub(super) async fn register(portal: &Portal, hanako: &Person<'_>) -> Result<(), TourError> {
    let found = request(
        hanako,
        "花子が利用登録をする（4情報が一人と一致すれば、すぐに登録）",
    )
    .await?;
    let settled = ["linked", "pending"].map(Value::from);
    check("registration", settled.contains(&found), "it stands")?;
    let taro = portal.resident("taro").await?;
    let waits = request(
        &taro,
        "太郎も利用登録をする（住所がちがうので、職員が確認する）",
    )
    .await?;
    check("registration", waits == "pending", "a clerk looks at it")?;
    let kimura = portal.staff("kimura").await?;
    let ask = Ask::get(
        "木村（利用登録担当）の前に、太郎の申込みがある",
        "/v1/registrations",
        &["/items/0/name", "/items/0/status"],
    );
    let queue = kimura.ask(ask).await?;
    let his = queue["items"].as_array().into_iter().flatten();
    let his = his.rev().find(|waiting| waiting["name"] == "𠮷田 太郎");
    let id = his.and_then(|waiting| waiting["id"].as_str());
    let path = format!("/v1/registrations/{}", id.unwrap_or_default());
    let ask = Ask::get(
        "宛名とならべて見る（閲覧は記録される。このあとは木村が決める）",
        &path,
        &[
            "/resident/address",
            "/candidates/0/address",
            "/candidates/0/matches",
        ],
    );
    kimura.ask(ask).await?;
    Ok(())
}

/// Begins anew, whatever an earlier walk has left; answers where it stands.
async fn request(resident: &Person<'_>, title: &str) -> Result<Value, TourError> {
    let ask = Ask {
        method: Method::DELETE,
        ..Ask::post("前の利用登録があれば終わりにする", OWN, 204, &[])
    };
    resident.ask(ask).await?;
    let own = resident
        .ask(Ask::post(title, OWN, 201, &["/status"]))
        .await?;
    Ok(own["status"].clone())
}
