//! Whether it takes as long to ask about an account that is there as about one that is not.

use std::fmt::{Display, Formatter};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use platform::Clock;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use totp_rs::Totp;

use crate::Result;
use crate::portal::{Portal, Session, json as answer};
use crate::site::Site;

/// Of each.
const TRIES: usize = 200;
const PASSWORD: &str = "the kettle is on the roof";
const WRONG: &str = "the kettle is in the cellar";
/// Where whoever has an account sits.
const DESK: Ipv4Addr = Ipv4Addr::new(127, 11, 0, 1);
const MAIL: Duration = Duration::from_secs(30);

/// Half of the answers took no longer.
pub(crate) struct Medians {
    pub(crate) name: &'static str,
    pub(crate) known: Duration,
    pub(crate) unknown: Duration,
}

impl Medians {
    pub(crate) fn difference(&self) -> Duration {
        self.known.abs_diff(self.unknown)
    }
}

impl Display for Medians {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (known, unknown) = (millis(self.known), millis(self.unknown));
        let (name, apart) = (self.name, millis(self.difference()));
        write!(
            f,
            "{name}, {TRIES} times each: p50 {known:.2} ms for a known account, {unknown:.2} ms for an unknown one, {apart:.2} ms apart."
        )
    }
}

/// Asks in a city of their own.
pub(crate) async fn measure(site: &Site) -> Result<Vec<Medians>> {
    let open = site.open_with(site.catalogue()).await?;
    let measured = measure_both(site).await;
    open.close().await;
    measured
}

async fn measure_both(site: &Site) -> Result<Vec<Medians>> {
    let portal = site.portal();
    let nakamura = portal.staff("nakamura").await?;
    invite(&nakamura, "okada.mei", ("environment", "reviewer")).await?;
    enrol(site, &portal, 1).await?;
    invite(&nakamura, "head", ("child-support", "administrator")).await?;
    let authenticator = enrol(site, &portal, 2).await?;
    let head = sign_in(&portal, "head", &authenticator).await?;
    let foreign = nakamura.get("/v1/staff-accounts").await?["items"][1]["id"].clone();
    let foreign = foreign
        .as_str()
        .ok_or("an account without an id")?
        .to_owned();
    let guess = async |n: usize, is_known: bool| {
        let login_name = if is_known { "okada.mei" } else { "nobody" };
        let [high, low] = u16::try_from(n)?.to_be_bytes();
        let from = Ipv4Addr::new(127, 10, high, low);
        let body = json!({"login_name": login_name, "password": WRONG});
        portal.ask("/v1/auth/local/password", from, &body).await
    };
    let reset = async |_: usize, is_known: bool| {
        let unknown = "0192f0c1-2345-7abc-8def-0123456789ab";
        let id = if is_known { foreign.as_str() } else { unknown };
        let path = format!("/v1/staff-accounts/{id}/reset");
        Ok(head.request(Method::POST, &path).send().await?)
    };
    Ok(vec![
        compare("sign-in with a wrong password", 400, guess).await?,
        compare("reset of another department's account", 404, reset).await?,
    ])
}

/// Asks about the known and the unknown by turns, so that whatever else the machine does delays both alike.
async fn compare(
    name: &'static str,
    status: u16,
    ask: impl AsyncFn(usize, bool) -> Result<Response>,
) -> Result<Medians> {
    let mut times = [Vec::new(), Vec::new()];
    for n in 0..TRIES {
        for (is_known, times) in [true, false].into_iter().zip(&mut times) {
            let begun = Instant::now();
            let answered = ask(n, is_known).await?;
            answer(answered, status).await?;
            times.push(begun.elapsed());
        }
    }
    let [known, unknown] = times.map(median);
    Ok(Medians {
        name,
        known,
        unknown,
    })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

async fn invite(
    administrator: &Session,
    login_name: &str,
    (department, role): (&str, &str),
) -> Result<()> {
    let body = json!({
        "login_name": login_name,
        "display_name": "岡田 芽衣",
        "email": "okada@city.example",
        "postings": [{"department": department, "role": role}],
    });
    let path = "/v1/staff-accounts";
    administrator
        .send(Method::POST, path, None, &body, 201)
        .await?;
    Ok(())
}

/// Takes up the invitation of the last of so many mails.
async fn enrol(site: &Site, portal: &Portal, mails: usize) -> Result<Totp> {
    let mails = site.mails().wait_for(mails, MAIL).await;
    let code = mails.last().and_then(|mail| invitation_in(&mail.body));
    let body = json!({"invitation": code.ok_or("no invitation came")?, "password": PASSWORD});
    let path = "/v1/auth/local/enrolments";
    let begun = answer(portal.ask(path, DESK, &body).await?, 201).await?;
    let authenticator = Totp::from_url(text(&begun, "otpauth_uri")?)?;
    let code = code_of(&authenticator, Clock::real().now().timestamp())?;
    let body = json!({"enrolment": begun["enrolment"], "code": code});
    let path = "/v1/auth/local/enrolments/confirm";
    answer(portal.ask(path, DESK, &body).await?, 200).await?;
    Ok(authenticator)
}

/// The next code signs in: the one of the enrolment does not.
async fn sign_in(portal: &Portal, login_name: &str, authenticator: &Totp) -> Result<Session> {
    let body = json!({"login_name": login_name, "password": PASSWORD});
    let path = "/v1/auth/local/password";
    let due = answer(portal.ask(path, DESK, &body).await?, 200).await?;
    let next = Clock::real().now().timestamp() + 30;
    let code = code_of(authenticator, next)?;
    let body = json!({"transaction": due["transaction"], "code": code});
    let path = "/v1/auth/local/second-factor";
    let tokens = answer(portal.ask(path, DESK, &body).await?, 200).await?;
    Ok(portal.staff_session(text(&tokens, "access_token")?))
}

/// Digits and capitals in groups, on a line of their own.
fn invitation_in(body: &str) -> Option<&str> {
    let is_code = |line: &&str| {
        let mut bytes = line.bytes();
        let is_of_code = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'-';
        line.len() >= 20 && bytes.all(is_of_code)
    };
    body.lines().find(is_code)
}

fn code_of(authenticator: &Totp, at: i64) -> Result<String> {
    Ok(authenticator.generate(u64::try_from(at)?).to_string())
}

fn text<'v>(value: &'v Value, name: &str) -> Result<&'v str> {
    Ok(value[name].as_str().ok_or("an answer lacks a member")?)
}
