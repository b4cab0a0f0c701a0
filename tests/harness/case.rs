//! The steps many tests begin with: a draft, a filing, a clerk's act.

use std::future::IntoFuture as _;
use std::path::Path;

use futures_util::future::join_all;
use portal::auth::Audience;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::call::{Body, Client};
use crate::cluster::workspace;
use crate::response::Response;

/// The first valid example of a procedure's form.
pub fn answers_for(procedure: &str) -> Value {
    let folder = workspace().join("catalogue/procedures").join(procedure);
    let text = std::fs::read(folder.join("v1/examples.json")).unwrap();
    let examples: Vec<Value> = serde_json::from_slice(&text).unwrap();
    let valid = examples
        .into_iter()
        .find(|example| example["valid"] == true);
    valid.unwrap()["answers"].clone()
}

/// What the catalogue's files tell about a procedure.
pub fn description_of(procedure: &str) -> Value {
    let folder = workspace().join("catalogue/procedures").join(procedure);
    let text = std::fs::read(folder.join("procedure.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// The files of the first version of a procedure's form, by their names.
pub fn files_of(procedure: &str) -> Value {
    let folder = workspace().join("catalogue/procedures").join(procedure);
    files_in(&folder.join("v1"))
}

/// The files of a version, by their names.
pub(crate) fn files_in(folder: &Path) -> Value {
    let read = |part: &str| {
        let name = format!("{part}.json");
        let text = std::fs::read(folder.join(&name)).unwrap();
        (name, serde_json::from_slice(&text).unwrap())
    };
    let parts = ["schema", "ui_schema", "texts", "policy", "examples"];
    Value::Object(parts.map(read).into_iter().collect())
}

/// Begins a version of a procedure's form as a copy of the newest with parts changed; answers its `ETag`.
pub async fn redraft(
    administrator: &Client,
    procedure: &str,
    change: impl FnOnce(&mut Value),
) -> String {
    let path = format!("/v1/procedures/{procedure}/draft");
    let begun = administrator.post(&path, json!({"from": "newest"})).await;
    let copied = begun.expect(201);
    let mut changed = copied.clone();
    change(&mut changed);
    let parts = [
        "schema",
        "ui_schema",
        "texts",
        "policy",
        "examples",
        "messages",
    ];
    let parts = parts
        .iter()
        .filter(|part| changed[**part] != copied[**part]);
    let parts = parts.map(|part| ((*part).to_owned(), changed[*part].clone()));
    let body = Value::Object(parts.collect());
    let saved = administrator
        .patch(&path, body)
        .if_match(begun.etag())
        .await;
    saved.expect(200);
    saved.etag()
}

/// The same, published now; answers the version.
pub async fn republish(
    administrator: &Client,
    procedure: &str,
    change: impl FnOnce(&mut Value),
) -> Value {
    let etag = redraft(administrator, procedure, change).await;
    let path = format!("/v1/procedures/{procedure}/draft/publish");
    let published = administrator.post(path, json!({})).if_match(etag).await;
    published.expect(201)
}

/// Begins a draft; answers its path.
pub async fn begin(resident: &Client, procedure: &str) -> String {
    let body = json!({"procedure": procedure});
    let draft = resident.post("/v1/applications", body).await;
    draft.expect(201);
    draft.header("location").unwrap().to_owned()
}

/// Begins a draft and fills it in; answers its path and `ETag`.
pub async fn filled(resident: &Client, procedure: &str) -> (String, String) {
    let path = begin(resident, procedure).await;
    let body = json!({"answers": answers_for(procedure)});
    let call = resident.patch(format!("{path}/answers"), body);
    let saved = call.if_match("\"1\"").await;
    saved.expect(200);
    (path, saved.etag())
}

/// Files an application; answers its path, which is the same for the department.
pub async fn file(resident: &Client, procedure: &str, electronic_notice: bool) -> String {
    let (path, etag) = filled(resident, procedure).await;
    let body = json!({"electronic_notice_consent": electronic_notice});
    let call = resident.post(format!("{path}/submit"), body);
    call.if_match(etag).await.expect(201);
    path
}

/// The newest `ETag` of an application.
pub async fn etag_of(client: &Client, path: &str) -> String {
    let response = client.get(path).await;
    response.expect(200);
    response.etag()
}

/// Does something to an application in its newest version.
pub async fn act(client: &Client, path: &str, act: &str, body: impl Into<Body>) -> Response {
    let etag = etag_of(client, path).await;
    client
        .post(format!("{path}/{act}"), body)
        .if_match(etag)
        .await
}

/// Lets clerks act on an application at the same moment, in the version that all of them have seen; answers the statuses,
/// the lowest first.
pub async fn act_at_once<const N: usize>(
    app: &TestApp,
    path: &str,
    acts: [(&Client, &str, Body); N],
) -> [u16; N] {
    let served = app.serve(Audience::Staff).await;
    let etag = etag_of(acts[0].0, path).await;
    let calls = acts.map(|(clerk, act, body)| {
        let call = clerk.over(&served).post(format!("{path}/{act}"), body);
        call.if_match(&etag).into_future()
    });
    let answers = join_all(calls).await;
    let mut statuses = std::array::from_fn(|n| answers[n].status());
    statuses.sort_unstable();
    statuses
}

/// Has a filed claim for child allowance decided as proposed: Sato proposes, Suzuki approves.
pub async fn decide(app: &TestApp, path: &str, proposal: Value) {
    let sato = app.staff("sato").await;
    act(&sato, path, "take-up", ()).await.expect(200);
    act(&sato, path, "propose", proposal).await.expect(200);
    let suzuki = app.staff("suzuki").await;
    act(&suzuki, path, "approve", ()).await.expect(200);
}

/// A body each operation on an application would accept, so that only the object can be at fault.
pub fn good_body(operation: &str) -> Value {
    match operation {
        "saveAnswers" => json!({"answers": answers_for("dog-registration-change")}),
        "submitApplication" => json!({"electronic_notice_consent": true}),
        "reuseAnswers" => json!({
            "application_id": "0192f0c1-2345-7abc-8def-0123456789ab",
            "pointers": ["/owner_phone"],
        }),
        "saveCorrection" => json!({"answers": {}}),
        "offerSurvey" => json!({"touchpoint": "submitted"}),
        "describeProcedure" => description_of("long-term-care-certification-renewal"),
        "createProcedure" => {
            let mut described = description_of("dog-registration");
            described["code"] = json!("dog-park");
            described
        }
        "beginFormDraft" => json!({"from": "newest"}),
        "saveFormDraft" | "publishFormDraft" => json!({}),
        "previewFormDraft" | "assessLifeEvent" => json!({"answers": {}}),
        "importFormDraft" => json!({"files": files_of("dog-registration-change")}),
        "propose" => json!({"outcome": "grant"}),
        "openIntake" => json!({
            "life_event": "dog",
            "answers": {"what": "died", "change_date": "2026-11-20"},
            "procedures": ["dog-registration-change"],
        }),
        "createDraft" => json!({"procedure": "dog-registration-change"}),
        "verifyMandate" => json!({"evidence": "戸籍謄本"}),
        "proposeRelink" => json!({
            "registration": "0192f0c1-2345-7abc-8def-0123456789ab",
            "former": "0192f0c1-2345-7abc-8def-0123456789ab",
            "evidence": "窓口で確認",
        }),
        "linkRegistration" => json!({"addressee_number": "10000001"}),
        "extendLimit" => json!({"reason": "理由", "expected_on": "2027-01-15"}),
        "requestCorrection" => json!({
            "items": [{"pointer": "/dog_name", "reason": "理由"}],
            "deadline": "2026-12-08",
        }),
        "setStaffAccountPostings" => json!({"postings": []}),
        "planReorganisation" => json!({
            "effective_on": "2027-04-01",
            "dissolved": [{"department": "child-support", "successor": "resident"}],
        }),
        "inviteStaff" => json!({
            "login_name": "sato.yumi",
            "display_name": "佐藤 由美",
            "email": "sato@city.example",
            "postings": [{"role": "reviewer", "department": "child-support"}],
        }),
        _ => json!({"reason": "理由"}),
    }
}

/// The principal offers a mandate as an attorney (委任) and the representative accepts it: the answer to that.
pub async fn empower(principal: &Client, representative: &Client, extent: Value) -> Response {
    let offer = json!({"kind": "attorney", "extent": extent});
    let offered = principal.post("/v1/mandates/offers", offer).await;
    let code = json!({"code": offered.expect(201)["code"]});
    representative.post("/v1/mandates/accept", code).await
}

/// The same for everything, from the tests' first day on; answers the mandate's id.
pub async fn empower_in_all(principal: &Client, representative: &Client) -> String {
    let extent = json!({
        "may_submit": true, "may_receive_post": true, "counts_as_reading": true, "valid_from": "2026-11-24",
    });
    let accepted = empower(principal, representative, extent).await;
    accepted.expect(200)["id"].as_str().unwrap().to_owned()
}
