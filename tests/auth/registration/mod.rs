//! 利用登録: the register, who asks to be found in it, and what clerks do about it.

mod clerk;
mod import;
mod mistaken;
mod number;
mod own;
mod protection;
mod proxies;

use portal::auth::registration::{Imported, Purpose};
use serde_json::{Value, json};
use tests::{Client, Response, TestApp};

const HEADER: &str = "宛名番号,氏名,生年月日,性別,住所,方書,支援措置";

/// The register's lines about residents of the demo city, written otherwise than their cards have it.
const HANAKO: &str = "10000001,山田　花子,19900514,女,東京都小平市小川町２－９９９９－１,,無";
const TARO: &str = "10000002,吉田 太郎,19481103,男,東京都小平市学園東町九丁目９９番９９号,,無";
const MISAKI: &str = "10000004,高橋美咲,20010101,2,東京都小平市仲町9999-4,,有";

fn register(lines: &[&str]) -> String {
    [&[HEADER], lines].concat().join("\n")
}

/// The register becomes this.
async fn import(app: &TestApp, lines: &[&str]) -> Imported {
    let file = register(lines);
    let imported = app.import_addressees(file.as_bytes(), Purpose::Keep);
    imported.await.unwrap()
}

/// Asks to be found in the register; answers where that stands.
async fn request(resident: &Client) -> Value {
    let own = resident.post("/v1/me/registration", ()).await.expect(201);
    own["status"].clone()
}

/// The path of the newest registration of whoever asks.
async fn path_of(app: &TestApp, resident: &Client) -> String {
    let me = resident.get("/v1/me").await.expect(200);
    let id = me["id"].as_str().unwrap();
    let kimura = app.staff("kimura").await;
    let listed = kimura.get(format!("/v1/registrations?resident_id={id}"));
    let listed = listed.await.expect(200);
    let newest = listed["items"].as_array().unwrap().last().unwrap();
    format!("/v1/registrations/{}", newest["id"].as_str().unwrap())
}

/// A clerk links a registration in its first version.
async fn link(clerk: &Client, path: &str, number: &str) -> Response {
    let whom = json!({"addressee_number": number});
    clerk
        .post(format!("{path}/link"), whom)
        .if_match("\"1\"")
        .await
}

/// Hanako, under DV等支援措置.
const PROTECTED_HANAKO: &str =
    "10000001,山田　花子,19900514,女,東京都小平市小川町２－９９９９－１,,有";

/// What her card, the register and the catalogue's examples say of where people live.
const ADDRESSES: [&str; 3] = ["９９９９", "9999-1", "本市中央一丁目"];

/// Hanako, whom the register protects and who is linked.
async fn protected_hanako(app: &TestApp) -> Client {
    import(app, &[PROTECTED_HANAKO, TARO]).await;
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "linked");
    hanako
}

/// Gives one of the staff the role of 利用登録担当 beside what they do.
async fn make_registrar(app: &TestApp, subject: &str) {
    app.as_admin(&format!(
        "INSERT INTO postings (id, staff_id, role, valid_from, source)
         SELECT gen_random_uuid(), id, 'registrar', '2026-04-01', 'file'
         FROM staff_members WHERE subject = '{subject}'"
    ))
    .await;
}

/// # Panics
/// When the answer tells where Hanako lives.
#[track_caller]
fn assert_no_address(answer: &Response) {
    assert!(answer.status() < 300, "{}", answer.text());
    for told in ADDRESSES {
        assert!(!answer.text().contains(told), "{told}: {}", answer.text());
    }
}

/// How often a registrar has read a protected address.
async fn protected_readings(app: &TestApp) -> i64 {
    let sql = "SELECT count(*) FROM audit_events WHERE action = 'protected_address.read'";
    app.count(sql).await
}
