//! Accounts for some procedures, and administrators of some: nobody gives more than they hold.

use serde_json::{Value, json};
use tests::Client;

use super::{City, invitation, path};

const CLAIM: &str = "child-allowance-claim";
const CHANGE: &str = "child-allowance-amount-change";

fn limited(login_name: &str, role: &str, procedures: &[&str]) -> Value {
    let mut invitation = invitation(login_name, role);
    invitation["postings"][0]["procedures"] = json!(procedures);
    invitation
}

/// An administrator of 子育て支援課 for one procedure.
async fn of_the_claim(city: &City) -> Client {
    let posting =
        json!({"department": "child-support", "role": "administrator", "procedures": [CLAIM]});
    let entry = json!({"postings": [posting]});
    city.app.import_staff("sato", entry).await.unwrap();
    city.app.staff("sato").await
}

async fn invite(administrator: &Client, invitation: Value) -> tests::Response {
    administrator.post("/v1/staff-accounts", invitation).await
}

#[actix_web::test]
async fn an_administrator_of_one_procedure_gives_and_sees_no_more_than_that() {
    let city = City::new().await;
    let (head, nakamura) = (of_the_claim(&city).await, city.administrator().await);
    for beyond in [
        invitation("beyond", "reviewer"),
        limited("beyond", "reviewer", &[CHANGE]),
        limited("beyond", "reviewer", &[CLAIM, CHANGE]),
    ] {
        let refused = invite(&head, beyond).await;
        refused.assert_problem(403, "forbidden");
    }
    let mut everywhere = limited("beyond", "reviewer", &[CLAIM]);
    everywhere["postings"][0]["department"] = Value::Null;
    invite(&head, everywhere)
        .await
        .assert_problem(403, "forbidden");
    invite(&head, limited("here", "reviewer", &[CLAIM]))
        .await
        .expect(201);
    let more = limited("more", "reviewer", &[CLAIM, CHANGE]);
    let more = invite(&nakamura, more).await.expect(201);
    let wide = invitation("wide", "reviewer");
    let wide = invite(&nakamura, wide).await.expect(201);
    let seen = head.get("/v1/staff-accounts").await.expect(200);
    let seen = seen["items"].as_array().unwrap().iter();
    let seen: Vec<_> = seen.map(|account| &account["login_name"]).collect();
    assert_eq!(seen, ["here"]);
    for foreign in [&more, &wide] {
        let reset = head.post(path(foreign, "reset"), ()).await;
        reset.assert_problem(404, "not_found");
    }
    assert_eq!(city.app.send_mail().await, 3);
}

#[actix_web::test]
async fn a_departments_administrator_gives_any_of_its_procedures_and_goes_on_with_what_holds() {
    let city = City::new().await;
    let entry = json!({"postings": [{"department": "child-support", "role": "administrator"}]});
    city.app.import_staff("sato", entry).await.unwrap();
    let head = city.app.staff("sato").await;
    let account = invite(&head, limited("here", "reviewer", &[CHANGE, CLAIM])).await;
    let account = account.expect(201);
    let set = |procedures: Value| {
        let posting =
            json!({"department": "child-support", "role": "reviewer", "procedures": procedures});
        head.put(path(&account, "postings"), json!({"postings": [posting]}))
    };
    set(json!([CLAIM, CHANGE])).await.expect(200);
    assert_eq!(
        city.recorded("posting.end").await,
        1,
        "the file's own, above"
    );
    set(json!([CLAIM])).await.expect(200);
    assert_eq!(city.recorded("posting.end").await, 2);
    assert_eq!(city.app.send_mail().await, 1);
}

#[actix_web::test]
async fn a_limit_that_cannot_be_is_refused_with_a_pointer() {
    let city = City::new().await;
    let administrator = city.administrator().await;
    for (role, procedures, pointer, code) in [
        (
            "reviewer",
            json!([CLAIM, "no-such-procedure"]),
            "/postings/0/procedures/1",
            "unknown_procedure",
        ),
        ("reviewer", json!([]), "/postings/0/procedures", "length"),
        (
            "registrar",
            json!([CLAIM]),
            "/postings/0/procedures",
            "not_divisible",
        ),
    ] {
        let mut invitation = invitation("someone", role);
        invitation["postings"][0]["procedures"] = procedures;
        invite(&administrator, invitation)
            .await
            .assert_field(pointer, code);
    }
}
