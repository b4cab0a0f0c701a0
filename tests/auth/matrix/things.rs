//! What there is in the city that operations are tried out on.

use serde_json::{Value, json};
use tests::{Body, Client, TestApp, act, empower_in_all, filled};

use super::CARE;
use super::operations::Tried;

/// Ids of what there is of Hanako's.
pub(super) struct Things {
    application: String,
    attachment: String,
    message: String,
    paper_task: String,
    /// The form she filled in.
    form_version: String,
    /// Another login of hers, on another device.
    login: String,
    /// A mandate that she has given.
    mandate: String,
    /// Her request to be found in the register.
    registration: String,
    /// What a registrar has proposed about two others.
    relink: String,
    /// The account of the portal's own that somebody of the staff has.
    account: String,
    /// A plan for the next fiscal year.
    reorganisation: String,
}

impl Things {
    /// The path of an operation on them; `id` stands in for all of them where it is given.
    pub(super) fn path(&self, tried: &Tried, id: Option<&str>) -> String {
        let object = match tried.pattern() {
            pattern if pattern.starts_with("/v1/post/messages") => &self.message,
            pattern if pattern.starts_with("/v1/paper-tasks") => &self.paper_task,
            pattern if pattern.starts_with("/v1/me/sessions") => &self.login,
            pattern if pattern.starts_with("/v1/mandates") => &self.mandate,
            pattern if pattern.starts_with("/v1/registrations") => &self.registration,
            pattern if pattern.starts_with("/v1/relinks") => &self.relink,
            pattern if pattern.starts_with("/v1/form-versions") => &self.form_version,
            pattern if pattern.starts_with("/v1/staff-accounts") => &self.account,
            pattern if pattern.starts_with("/v1/reorganisations") => &self.reorganisation,
            _ => &self.application,
        };
        tried.operation.path_of(&|parameter| match parameter {
            "id" => id.unwrap_or(object),
            "attachment" => id.unwrap_or(&self.attachment),
            "number" => "1",
            "code" if tried.pattern().starts_with("/v1/letters") => "00000-00000-00000-00000",
            "code" if tried.pattern().starts_with("/v1/life-events") => "moving-out",
            "code" => CARE,
            "kpi" => "digital_application_rate",
            other => panic!("{other} has no example"),
        })
    }
}

/// A filing with a file, decided, whose letter goes the way that was asked for; answers its path.
async fn decided(app: &TestApp, hanako: &Client, electronic: bool) -> (String, String) {
    let (path, etag) = filled(hanako, CARE).await;
    let upload = format!("{path}/attachments?field=/insurance_card_copy&name=a.pdf");
    let file = Body::Raw("application/octet-stream", b"%PDF-1.7\n".to_vec());
    let kept = hanako.post(upload, file).await.expect(201);
    let answers = json!({"answers": {"insurance_card_copy": [kept["id"]]}});
    let saved = hanako
        .patch(format!("{path}/answers"), answers)
        .if_match(etag)
        .await;
    let wish = json!({"electronic_notice_consent": electronic});
    let submit = hanako.post(format!("{path}/submit"), wish);
    submit.if_match(saved.etag()).await.expect(201);
    let (yamamoto, ogawa) = (app.staff("yamamoto").await, app.staff("ogawa").await);
    act(&yamamoto, &path, "take-up", ()).await.expect(200);
    act(&yamamoto, &path, "propose", json!({"outcome": "grant"}))
        .await
        .expect(200);
    act(&ogawa, &path, "approve", ()).await.expect(200);
    app.run_jobs().await;
    (path, kept["id"].as_str().unwrap().to_owned())
}

fn id_of(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

/// Gives one of the demo staff an account; answers its id.
async fn account(app: &TestApp) -> String {
    let kato = "FROM staff_members WHERE subject = 'demo-staff-0006'";
    app.as_admin(&format!(
        "INSERT INTO local_accounts (staff_id, sealed_email, totp_failed_at, created_at)
         SELECT id, '', now(), now() {kato}"
    ))
    .await;
    let ids = format!("SELECT id::text AS text {kato}");
    tests::cluster()
        .await
        .texts(&app.database, &ids)
        .await
        .remove(0)
}

pub(super) async fn things(app: &TestApp, hanako: &Client) -> Things {
    let (path, attachment) = decided(app, hanako, true).await;
    decided(app, hanako, false).await;
    let inbox = hanako.get("/v1/post/messages?limit=100").await.expect(200);
    let mut messages = inbox["items"].as_array().unwrap().iter();
    let formal = messages.find(|message| message["class"] == "formal");
    let tasks = app.staff("yamamoto").await.get("/v1/paper-tasks").await;
    let other_device = app.resident("hanako").await;
    let logins = other_device.get("/v1/me/sessions").await.expect(200);
    let mut logins = logins["items"].as_array().unwrap().iter();
    let current = logins.find(|login| login["current"] == true);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let things = Things {
        application: id_of(&path),
        attachment,
        form_version: text(&hanako.get(&path).await.expect(200)["form_version_id"]),
        message: text(&formal.unwrap()["id"]),
        paper_task: text(&tasks.expect(200)["items"][0]["delivery_id"]),
        login: text(&current.unwrap()["id"]),
        mandate: empower_in_all(hanako, &app.resident("shiro").await).await,
        registration: requested(app, hanako).await,
        relink: relink(app).await,
        account: account(app).await,
        reorganisation: planned(app).await,
    };
    let draft = format!("/v1/procedures/{CARE}/draft");
    let nakamura = app.staff("nakamura").await;
    let begun = nakamura.post(draft, json!({"from": "newest"})).await;
    begun.expect(201);
    let open = format!("/v1/post/messages/{}/open", things.message);
    hanako.post(open, ()).await.expect(200);
    things
}

/// A reorganisation that is still to come; answers its id.
async fn planned(app: &TestApp) -> String {
    let plan = json!({"effective_on": "2027-04-01", "departments": [{"code": "digital", "name": {"ja": "デジタル課"}}]});
    let planned = app
        .staff("nakamura")
        .await
        .post("/v1/reorganisations", plan);
    planned.await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// A second registrar proposes that Lan's login lead to Misaki; answers the relink's id.
async fn relink(app: &TestApp) -> String {
    let registrar = json!({"department": "resident", "role": "registrar"});
    let entry = json!({"postings": [registrar]});
    app.import_staff("kato", entry).await.unwrap();
    let (lan, misaki) = (app.resident("lan").await, app.resident("misaki").await);
    lan.post("/v1/me/registration", ()).await.expect(201);
    let kato = app.staff("kato").await;
    let queue = kato.get("/v1/registrations").await.expect(200);
    let proposal = json!({
        "registration": queue["items"].as_array().unwrap().last().unwrap()["id"],
        "former": misaki.get("/v1/me").await.expect(200)["id"],
        "evidence": "窓口で確認",
    });
    let proposed = kato.post("/v1/relinks", proposal).await.expect(201);
    proposed["id"].as_str().unwrap().to_owned()
}

/// Asks to be found in the register, which is empty; answers the registration's id.
async fn requested(app: &TestApp, resident: &Client) -> String {
    resident.post("/v1/me/registration", ()).await.expect(201);
    let queue = app.staff("kimura").await.get("/v1/registrations").await;
    let waiting = &queue.expect(200)["items"][0];
    waiting["id"].as_str().unwrap().to_owned()
}
