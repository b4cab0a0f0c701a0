//! The steps.

use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use calendar::FiscalYear;
use chrono::{Datelike as _, NaiveDate};
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::client::{Ask, Person, check};
use super::{Portal, TourError, screen};

const ALLOWANCE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../catalogue/procedures/child-allowance-claim/v1/examples.json"
));
const DOG: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../catalogue/procedures/dog-registration-change/v1/examples.json"
));

/// Walks the journey once. It may be walked again on the same data.
///
/// # Errors
/// At the first step that does not come out as it should.
pub async fn walk(portal: &Portal, today: NaiveDate) -> Result<(), TourError> {
    screen::chapter("1. 手続をさがす — a resident looks for a procedure");
    look_around(portal).await?;

    screen::chapter("2. 児童手当を申請する — Hanako claims child allowance");
    let hanako = portal.resident("hanako").await?;
    let counted_before = counted(portal, today).await?;
    let claim = file_claim(portal, &hanako).await?;

    screen::chapter("3. 審査と決裁 — one clerk proposes, another approves");
    decide(portal, &claim).await?;

    screen::chapter("4. デジタルポスト — the decision arrives and is opened");
    receive(&hanako, &claim).await?;

    screen::chapter("5. 届出 — Taro's dog has moved; nothing to decide");
    notify(portal).await?;

    screen::chapter("6. 数える — Strategy 1 in numbers");
    count(portal, today, counted_before).await?;

    screen::chapter("7. まちがい — what a wrong request gets");
    blunder(portal, &hanako).await
}

async fn look_around(portal: &Portal) -> Result<(), TourError> {
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

async fn file_claim(portal: &Portal, hanako: &Person<'_>) -> Result<String, TourError> {
    let answers = example(ALLOWANCE);
    let ask = Ask::post(
        "下書きを始める",
        "/v1/applications",
        201,
        &["/id", "/status", "/version"],
    )
    .body(json!({"procedure": "child-allowance-claim"}));
    let draft = hanako.ask(ask).await?;
    let path = format!(
        "/v1/applications/{}",
        draft["id"].as_str().unwrap_or_default()
    );

    let (first, rest) = halves(answers);
    let half = save(hanako, &path, "途中まで保存する", &draft["version"], first).await?;
    let ask = format!("{path}/validate");
    let ask = Ask::post(
        "足りないものを確かめる",
        &ask,
        200,
        &["/valid", "/problems/0/message"],
    );
    let verdict = hanako.ask(ask).await?;
    check(
        "validate",
        verdict["valid"] == false,
        "half a form is not valid",
    )?;
    let whole = save(hanako, &path, "残りを保存する", &half["version"], rest).await?;

    let submit = format!("{path}/submit");
    let key = format!("tour-{}", draft["id"].as_str().unwrap_or_default());
    let file = || Ask {
        idempotency_key: Some(&key),
        ..Ask::post(
            "提出する（受付番号・到達日時・内容のハッシュ・署名）",
            &submit,
            201,
            &[
                "/reference_number",
                "/arrived_at",
                "/accepted_on",
                "/due_on",
                "/content_sha256",
            ],
        )
        .version(&whole["version"])
        .body(json!({"electronic_notice_consent": true}))
    };
    let receipt = hanako.ask(file()).await?;
    let again = hanako
        .ask(Ask {
            title: "もう一度提出しても、申請は一件、受付票は同じ",
            show: &["/reference_number"],
            ..file()
        })
        .await?;
    check(
        "submit twice",
        receipt == again,
        "the same receipt comes again",
    )?;
    verify_signature(portal, &receipt).await?;
    Ok(path)
}

async fn save(
    person: &Person<'_>,
    path: &str,
    title: &str,
    version: &Value,
    answers: Map<String, Value>,
) -> Result<Value, TourError> {
    let path = format!("{path}/answers");
    let ask = Ask {
        method: Method::PATCH,
        ..Ask::post(title, &path, 200, &["/version", "/standing/next"])
            .version(version)
            .body(json!({"answers": answers}))
    };
    person.ask(ask).await
}

/// Anyone can check a receipt offline with the published keys.
async fn verify_signature(portal: &Portal, receipt: &Value) -> Result<(), TourError> {
    let step = "公開鍵で受付票の署名を確かめる";
    let ask = Ask::get(step, "/.well-known/evidence-keys.json", &["/keys/0/kid"]);
    let keys = portal.anyone(ask).await?;
    let signature = receipt["signature"].as_str().unwrap_or_default();
    let good = keys["keys"].as_array().into_iter().flatten().any(|key| {
        let key = key["x"]
            .as_str()
            .and_then(|x| URL_SAFE_NO_PAD.decode(x).ok());
        key.is_some_and(|key| signed_by(&key, signature))
    });
    check(step, good, "the signature is that of a published key")?;
    screen::remark("署名は正しい ✓");
    Ok(())
}

fn signed_by(key: &[u8], jws: &str) -> bool {
    let Some((signed, signature)) = jws.rsplit_once('.') else {
        return false;
    };
    URL_SAFE_NO_PAD.decode(signature).is_ok_and(|signature| {
        UnparsedPublicKey::new(&ED25519, key)
            .verify(signed.as_bytes(), &signature)
            .is_ok()
    })
}

async fn decide(portal: &Portal, path: &str) -> Result<(), TourError> {
    let sato = portal.staff("sato").await?;
    let ask = Ask::get(
        "佐藤（審査担当）の受付箱",
        "/v1/applications?status=submitted&limit=100",
        &[
            "/items/0/reference_number",
            "/items/0/procedure/name",
            "/items/0/due_on",
        ],
    );
    let queue = sato.ask(ask).await?;
    let id = path.rsplit('/').next().unwrap_or_default();
    let waiting = queue["items"].as_array().into_iter().flatten();
    let waiting = waiting.filter(|entry| entry["id"] == id).count();
    check("queue", waiting == 1, "the claim waits in the queue, once")?;

    let ask = Ask::get(
        "申請を読む（閲覧は記録される）",
        path,
        &["/status", "/version"],
    );
    let case = sato.ask(ask).await?;
    let take_up = format!("{path}/take-up");
    let ask = Ask::post(
        "審査を始める",
        &take_up,
        200,
        &["/status", "/allowed_events"],
    );
    let case = sato.ask(ask.version(&case["version"])).await?;
    let propose = format!("{path}/propose");
    let ask = Ask::post(
        "起案する：認定",
        &propose,
        200,
        &["/status", "/proposal/outcome"],
    )
    .version(&case["version"])
    .body(json!({"outcome": "grant"}));
    let case = sato.ask(ask).await?;
    let approve = format!("{path}/approve");
    let ask = Ask::post(
        "佐藤は自分では決裁できない",
        &approve,
        403,
        &["/code", "/title"],
    );
    sato.ask(ask.version(&case["version"])).await?;

    let suzuki = portal.staff("suzuki").await?;
    let ask = Ask::post(
        "鈴木（決裁者）が決裁する",
        &approve,
        200,
        &["/status", "/decision/decided_at", "/decision/notice_sha256"],
    );
    let decided = suzuki.ask(ask.version(&case["version"])).await?;
    check(
        "approve",
        decided["status"] == "decided",
        "the claim is decided",
    )
}

async fn receive(hanako: &Person<'_>, path: &str) -> Result<(), TourError> {
    let mut status = Value::Null;
    for _ in 0..50 {
        let ask = Ask::get("花子が進み具合を見る", path, &["/status", "/standing/now"]);
        status = hanako.ask(ask).await?["status"].clone();
        if status == "completed" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    check(
        "deliver",
        status == "completed",
        "the worker delivered the decision",
    )?;
    let ask = Ask::get(
        "デジタルポスト",
        "/v1/post/messages",
        &["/items/0/title", "/items/0/class", "/items/0/unread"],
    );
    let inbox = hanako.ask(ask).await?;
    let notice = &inbox["items"][0];
    check(
        "inbox",
        notice["link"] == path,
        "the newest message is about the claim",
    )?;
    check("inbox", notice["unread"] == true, "it is unread")?;
    let open = format!(
        "/v1/post/messages/{}/open",
        notice["id"].as_str().unwrap_or_default()
    );
    let ask = Ask::post(
        "開く（開封は証跡に残る）",
        &open,
        200,
        &["/body", "/first_opened_at"],
    );
    let opened = hanako.ask(ask).await?;
    let events = opened["evidence"].as_array().map_or(0, Vec::len);
    check("open", events == 2, "published and opened are in evidence")?;
    check(
        "open",
        opened["evidence_intact"] == true,
        "the evidence is intact",
    )
}

async fn notify(portal: &Portal) -> Result<(), TourError> {
    let taro = portal.resident("taro").await?;
    let ask = Ask::post(
        "下書きを始める",
        "/v1/applications",
        201,
        &["/procedure/name"],
    )
    .body(json!({"procedure": "dog-registration-change"}));
    let draft = taro.ask(ask).await?;
    let path = format!(
        "/v1/applications/{}",
        draft["id"].as_str().unwrap_or_default()
    );
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
    let take_up = format!("{path}/take-up");
    let ask = Ask::post("確認を始める", &take_up, 200, &["/allowed_events"]);
    let case = takahashi.ask(ask.version(&case["version"])).await?;
    let complete = format!("{path}/complete");
    let ask = Ask::post("登録して完了する", &complete, 200, &["/status"]);
    takahashi.ask(ask.version(&case["version"])).await?;
    Ok(())
}

/// What is known of the claims of a month: the tour may be walked more than once.
struct Counted {
    numerator: i64,
    denominator: i64,
    /// Until a count of the counters is there, nothing of the month is in the figures.
    reported: bool,
}

impl Counted {
    fn of(observation: &Value) -> Self {
        let number = |pointer| observation.pointer(pointer).and_then(Value::as_i64);
        Self {
            numerator: number("/numerator").unwrap_or(-1),
            denominator: number("/denominator").unwrap_or(-1),
            reported: number("/coverage/cells_reported") == Some(1),
        }
    }

    fn on_paper(&self) -> i64 {
        self.denominator - self.numerator
    }
}

async fn counted(portal: &Portal, today: NaiveDate) -> Result<Counted, TourError> {
    let analyst = portal.staff("watanabe").await?;
    let observation = observe(&analyst, today, "提出前の今月のデジタル申請率").await?;
    Ok(Counted::of(&observation))
}

/// The figure of today's month.
async fn observe(analyst: &Person<'_>, today: NaiveDate, title: &str) -> Result<Value, TourError> {
    let year = FiscalYear::of(today).start_year();
    let path = format!(
        "/v1/stats/kpis/digital_application_rate/observations?scope=procedure:child-allowance-claim&grain=month&from={year}&to={year}"
    );
    // A fiscal year begins in April.
    let index = (today.month0() + 9) % 12;
    let part = |name: &str| format!("/observations/{index}/{name}");
    let parts = [
        "period/label_ja",
        "numerator",
        "denominator",
        "value",
        "status",
    ];
    let shown = parts.map(part);
    let shown: Vec<_> = shown.iter().map(String::as_str).collect();
    let answer = analyst.ask(Ask::get(title, &path, &shown)).await?;
    Ok(answer["observations"][index as usize].clone())
}

/// Reports three more applications at the counter today; what was reported before is corrected.
async fn report_counter(clerk: &Person<'_>, today: NaiveDate) -> Result<(), TourError> {
    let ask = Ask::get(
        "佐藤が登録済みの窓口の件数を見る",
        "/v1/offline-counts?procedure=child-allowance-claim&limit=100",
        &[],
    );
    let listed = clerk.ask(ask).await?;
    let day = json!(today);
    let earlier = listed["items"].as_array().into_iter().flatten();
    let mut earlier = earlier.filter(|entry| {
        entry["channel"] == "counter" && entry["starts_on"] == day && entry["ends_on"] == day
    });
    let earlier = earlier.next().and_then(|entry| entry["count"].as_i64());
    let ask = Ask::post(
        "佐藤が今日の窓口の件数を登録する",
        "/v1/offline-counts",
        201,
        &[
            "/procedure",
            "/channel",
            "/starts_on",
            "/ends_on",
            "/count",
            "/revision",
        ],
    );
    let ask = ask.body(json!({
        "procedure": "child-allowance-claim",
        "channel": "counter",
        "starts_on": today,
        "ends_on": today,
        "count": earlier.unwrap_or(0) + 3,
        "reason": "デモの案内",
    }));
    clerk.ask(ask).await?;
    Ok(())
}

async fn count(portal: &Portal, today: NaiveDate, before: Counted) -> Result<(), TourError> {
    report_counter(&portal.staff("sato").await?, today).await?;

    let analyst = portal.staff("watanabe").await?;
    let title = "渡辺（統計担当）が読む今月のデジタル申請率";
    let after = Counted::of(&observe(&analyst, today, title).await?);
    let step = "KPI";
    let one_more = if before.reported {
        after.numerator == before.numerator + 1
    } else {
        after.numerator >= 1
    };
    check(
        step,
        after.reported && one_more,
        format!("numerator {}", after.numerator),
    )?;
    check(
        step,
        after.on_paper() == before.on_paper() + 3,
        format!("denominator {}", after.denominator),
    )?;

    let city = Ask::get(
        "市全体と2030年度・2035年度の目標",
        "/v1/stats/kpis/digital_application_rate/observations?scope=city",
        &["/observations/0/percent", "/observations/0/targets"],
    );
    let city = analyst.ask(city).await?;
    let targets = &city["observations"][0]["targets"];
    let percents = [&targets[0]["value"], &targets[1]["value"]];
    check(
        step,
        percents == [&json!(0.7), &json!(0.9)],
        format!("targets {targets}"),
    )
}

async fn blunder(portal: &Portal, hanako: &Person<'_>) -> Result<(), TourError> {
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

/// The first valid example of a definition: what the form itself says is right.
fn example(examples: &str) -> Map<String, Value> {
    let examples: Vec<Value> = serde_json::from_str(examples).unwrap_or_default();
    let valid = examples
        .into_iter()
        .find(|example| example["valid"] == true);
    let answers = valid.map(|mut example| example["answers"].take());
    match answers {
        Some(Value::Object(answers)) => answers,
        _ => Map::new(),
    }
}

fn halves(answers: Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let middle = answers.len() / 2;
    let (first, rest): (Vec<_>, Vec<_>) = answers
        .into_iter()
        .enumerate()
        .partition(|(index, _)| *index < middle);
    let plain =
        |half: Vec<(usize, (String, Value))>| half.into_iter().map(|(_, entry)| entry).collect();
    (plain(first), plain(rest))
}
