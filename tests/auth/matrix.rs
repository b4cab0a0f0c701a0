//! The whole matrix: every operation of the policy table, tried by everybody, on something real.

use platform::telemetry::Listener;
use portal::auth::Role;
use portal::auth::policy::{Access, RULES, Rule};
use serde_json::{Value, json};
use tests::{Audience, Body, Client, Response, TestApp, act, contract, filled, good_body};

const CARE: &str = "long-term-care-certification-renewal";
const UNKNOWN: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

/// What somebody may expect of an operation on Hanako's things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// Nobody is asked who they are.
    Public,
    /// Whatever comes, it is not a matter of rights.
    Admitted,
    /// 401
    NotLoggedIn,
    /// 403
    NotTheirRole,
    /// 404, as for something that never was.
    NotTheirs,
}

/// Somebody, in relation to Hanako's applications, which 高齢者支援課 is in charge of.
struct Caller {
    name: &'static str,
    client: Client,
    relation: Relation,
}

#[derive(Clone, Copy)]
enum Relation {
    Nobody,
    Owner,
    AnotherResident,
    MandateHolder,
    InCharge(Role),
    Elsewhere(Role),
}

impl Relation {
    fn expects(self, rule: &Rule) -> Expected {
        let names_an_object = rule.pattern.contains("{id}");
        let is_hanakos_login = rule.pattern.starts_with("/v1/me/sessions/");
        let is_registrars = ["/v1/mandates/", "/v1/registrations/"]
            .iter()
            .any(|desk| rule.pattern.starts_with(desk));
        let is_staffs_account = rule.pattern.starts_with("/v1/staff-accounts/");
        match (rule.access, self) {
            (Access::Anyone, _) => Expected::Public,
            (_, Self::Nobody) => Expected::NotLoggedIn,
            (Access::Resident, Self::AnotherResident) if names_an_object => Expected::NotTheirs,
            (Access::Resident, Self::MandateHolder) if is_hanakos_login => Expected::NotTheirs,
            (Access::Resident, _) => Expected::Admitted,
            (Access::Staff(roles), Self::InCharge(role) | Self::Elsewhere(role))
                if !roles.contains(&role) =>
            {
                Expected::NotTheirRole
            }
            // The administrator is one of the whole city.
            (Access::Staff(_), _) if is_staffs_account => Expected::Admitted,
            (Access::Staff(_), Self::Elsewhere(_)) if names_an_object && !is_registrars => {
                Expected::NotTheirs
            }
            (Access::Staff(_), Self::InCharge(_)) if is_hanakos_login => Expected::NotTheirs,
            (Access::Staff(_), _) => Expected::Admitted,
        }
    }
}

/// Ids of what there is of Hanako's.
struct Things {
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
    /// The account of the portal's own that somebody of the staff has.
    account: String,
    /// A plan for the next fiscal year.
    reorganisation: String,
}

impl Things {
    /// The path of an operation on them; `id` stands in for all of them where it is given.
    fn path(&self, rule: &Rule, id: Option<&str>) -> String {
        let object = match rule.pattern {
            pattern if pattern.starts_with("/v1/post/messages") => &self.message,
            pattern if pattern.starts_with("/v1/paper-tasks") => &self.paper_task,
            pattern if pattern.starts_with("/v1/me/sessions") => &self.login,
            pattern if pattern.starts_with("/v1/mandates") => &self.mandate,
            pattern if pattern.starts_with("/v1/registrations") => &self.registration,
            pattern if pattern.starts_with("/v1/form-versions") => &self.form_version,
            pattern if pattern.starts_with("/v1/staff-accounts") => &self.account,
            pattern if pattern.starts_with("/v1/reorganisations") => &self.reorganisation,
            _ => &self.application,
        };
        let operation = contract::of(audience_of(rule)).operation(rule.method, rule.pattern);
        operation.unwrap().path_of(&|parameter| match parameter {
            "id" => id.unwrap_or(object),
            "attachment" => id.unwrap_or(&self.attachment),
            "number" => "1",
            "code" if rule.pattern.starts_with("/v1/letters") => "00000-00000-00000-00000",
            "code" if rule.pattern.starts_with("/v1/life-events") => "moving-out",
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

async fn things(app: &TestApp, hanako: &Client) -> Things {
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
        mandate: given(hanako, &app.resident("shiro").await).await,
        registration: requested(app, hanako).await,
        account: account(app).await,
        reorganisation: planned(app).await,
    };
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

/// Asks to be found in the register, which is empty; answers the registration's id.
async fn requested(app: &TestApp, resident: &Client) -> String {
    resident.post("/v1/me/registration", ()).await.expect(201);
    let queue = app.staff("kimura").await.get("/v1/registrations").await;
    let waiting = &queue.expect(200)["items"][0];
    waiting["id"].as_str().unwrap().to_owned()
}

/// A mandate for everything.
async fn given(principal: &Client, representative: &Client) -> String {
    let offer = json!({"kind": "attorney", "extent": {
        "may_submit": true, "may_receive_post": true, "counts_as_reading": true, "valid_from": "2026-11-24",
    }});
    let offered = principal.post("/v1/mandates/offers", offer).await;
    let code = json!({"code": offered.expect(201)["code"]});
    let accepted = representative.post("/v1/mandates/accept", code).await;
    accepted.expect(200)["id"].as_str().unwrap().to_owned()
}

async fn callers(app: &TestApp, hanako: Client) -> Vec<Caller> {
    let shiro = app.resident("shiro").await;
    let mandate = given(&hanako, &shiro).await;
    let mut callers = vec![
        Caller {
            name: "the owner",
            client: hanako,
            relation: Relation::Owner,
        },
        Caller {
            name: "another resident",
            client: app.resident("taro").await,
            relation: Relation::AnotherResident,
        },
        Caller {
            name: "a mandate holder",
            client: shiro.under(&mandate),
            relation: Relation::MandateHolder,
        },
    ];
    for audience in [Audience::Resident, Audience::Staff] {
        callers.push(Caller {
            name: "nobody",
            client: app.anonymous(audience),
            relation: Relation::Nobody,
        });
    }
    for (name, login, relation) in [
        (
            "a reviewer in charge",
            "yamamoto",
            Relation::InCharge(Role::Reviewer),
        ),
        (
            "an approver in charge",
            "ogawa",
            Relation::InCharge(Role::Approver),
        ),
        (
            "a reviewer elsewhere",
            "sato",
            Relation::Elsewhere(Role::Reviewer),
        ),
        (
            "an approver elsewhere",
            "suzuki",
            Relation::Elsewhere(Role::Approver),
        ),
        ("an analyst", "watanabe", Relation::Elsewhere(Role::Analyst)),
        (
            "an administrator",
            "nakamura",
            Relation::InCharge(Role::Administrator),
        ),
        (
            "a registrar",
            "kimura",
            Relation::Elsewhere(Role::Registrar),
        ),
    ] {
        callers.push(Caller {
            name,
            client: app.staff(login).await,
            relation,
        });
    }
    callers
}

fn audience_of(rule: &Rule) -> Audience {
    match rule.listener {
        Listener::Staff => Audience::Staff,
        _ => Audience::Resident,
    }
}

async fn try_out(rule: &Rule, client: &Client, path: String) -> Response {
    let operation = contract::of(audience_of(rule)).operation(rule.method, rule.pattern);
    let body = match operation.unwrap() {
        operation if operation.has_json_body() => Body::Json(good_body(rule.operation)),
        _ if rule.operation == "addAttachment" => {
            Body::Raw("application/octet-stream", b"%PDF-1.7\n".to_vec())
        }
        _ => Body::None,
    };
    let call = client.call(rule.method.parse().unwrap(), path, body);
    call.if_match("\"1\"").await
}

/// Everything the city knows but the audit record, boiled down to a number.
async fn fingerprint(app: &TestApp) -> i64 {
    let tables = "SELECT string_agg(format(
            'SELECT coalesce(sum(hashtext(t::text)::bigint), 0) AS s FROM %I t', tablename), ' UNION ALL ') AS text
        FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'audit%'";
    let union = tests::cluster().await.texts(&app.database, tables).await;
    let sql = format!(
        "SELECT sum(s)::bigint AS count FROM ({}) AS all_of_it",
        union[0]
    );
    app.count(&sql).await
}

async fn denials(app: &TestApp) -> i64 {
    let sql = "SELECT count(*) FROM audit_events WHERE action = 'access.denied'";
    app.count(sql).await
}

/// What is wrong with an answer, if anything.
fn fault(expected: Expected, answer: &Response, unknown: Option<&Response>) -> Option<String> {
    let status = answer.status();
    let right = match expected {
        Expected::Public => !answer.text().contains("\"unauthenticated\"") && status != 403,
        Expected::Admitted => !matches!(status, 401 | 403 | 404) && status < 500,
        Expected::NotLoggedIn => status == 401,
        Expected::NotTheirRole => status == 403,
        Expected::NotTheirs => {
            status == 404 && unknown.is_some_and(|unknown| unknown.text() == answer.text())
        }
    };
    let told: String = answer.text().chars().take(200).collect();
    (!right).then(|| format!("{expected:?}, got {status}: {told}"))
}

#[actix_web::test]
async fn everybody_gets_from_every_operation_what_is_theirs_and_nothing_else() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let things = things(&app, &hanako).await;
    let callers = callers(&app, hanako).await;
    let (mut cases, mut faults) = (0, Vec::new());
    let mut before = (fingerprint(&app).await, denials(&app).await);
    for rule in RULES {
        for caller in callers
            .iter()
            .filter(|caller| caller.client.is_of(audience_of(rule)))
        {
            cases += 1;
            let expected = caller.relation.expects(rule);
            let answer = try_out(rule, &caller.client, things.path(rule, None)).await;
            let after = (fingerprint(&app).await, denials(&app).await);
            let mut found: Vec<_> = match expected {
                Expected::NotTheirs => {
                    let path = things.path(rule, Some(UNKNOWN));
                    let unknown = try_out(rule, &caller.client, path).await;
                    fault(expected, &answer, Some(&unknown))
                        .into_iter()
                        .collect()
                }
                _ => fault(expected, &answer, None).into_iter().collect(),
            };
            let denied = !matches!(expected, Expected::Public | Expected::Admitted);
            if denied && after.0 != before.0 {
                found.push("something changed".to_owned());
            }
            if denied && expected != Expected::NotLoggedIn && after.1 != before.1 + 1 {
                found.push("it is not on record".to_owned());
            }
            faults.extend(
                found
                    .iter()
                    .map(|fault| format!("{} as {}: {fault}", rule.operation, caller.name)),
            );
            before = (fingerprint(&app).await, denials(&app).await);
        }
    }
    eprintln!("the matrix: {} operations, {cases} cases", RULES.len());
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(cases > 300, "{cases}");
    app.as_admin("DELETE FROM jobs").await;
}
