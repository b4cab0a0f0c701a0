//! An OpenID Connect provider that is not ours: npm oidc-provider, in a process of its own.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use portal::auth::Audience;
use portal::auth::provider::ProvidersFile;
use serde_json::{Value, json};

use crate::app::base_url;
use crate::node::NodeProgram;
use crate::provider::KeyFile;
use crate::response::Response;
use crate::served::{http, read};

/// A running provider; killed when dropped.
pub struct IndependentProvider {
    /// Its issuer identifier.
    pub issuer: String,
    key: KeyFile,
    program: NodeProgram,
}

impl IndependentProvider {
    /// Starts it with people by login and what their userinfo says; `None` when this machine cannot.
    ///
    /// # Panics
    /// When CI cannot.
    pub fn start(people: Value) -> Option<Self> {
        let mut program = NodeProgram::start("oidc-provider", "oidc-provider")?;
        let key = KeyFile::new();
        let client = |audience| {
            json!({
                "client_id": client_id(audience),
                "redirect_uris": [format!("{}/v1/auth/callback", base_url(audience))],
                "jwks": key.published(),
            })
        };
        let clients = [client(Audience::Resident), client(Audience::Staff)];
        let settings = json!({"clients": clients, "people": people});
        let issuer = program.ask(&settings.to_string());
        Some(Self {
            issuer,
            key,
            program,
        })
    }

    /// Who somebody is to the portal: a client's people are known by the same name to no other client.
    pub fn subject(audience: Audience, login: &str) -> String {
        format!("pairwise-{}-{login}", client_id(audience))
    }

    /// Makes it sign with a new key, published beside the old one.
    pub fn rotate_keys(&mut self) {
        self.tell("rotate");
    }

    /// Makes its published keys unreachable.
    pub fn lose_keys(&mut self) {
        self.tell("lose keys");
    }

    /// Moves its clock on.
    pub fn pass(&mut self, time: TimeDelta) {
        self.tell(&format!("later {}", time.num_seconds()));
    }

    fn tell(&mut self, line: &str) {
        assert_eq!(self.program.ask(line), "done");
    }

    /// What a city would write into its providers file.
    pub fn file(&self) -> ProvidersFile {
        let provider = |audience: Audience| {
            json!({
                "id": "card",
                "audience": audience.as_str(),
                "name": {"ja": "カード"},
                "assurance": {"aal3": {"ial": 3, "aal": 3}},
                "oidc": {
                    "issuer": self.issuer,
                    "client_id": client_id(audience),
                    "client_authentication": self.key.client_authentication(),
                    "attribute_scopes": ["name", "address", "birthdate", "gender"],
                    "acr_values": "aal3 crl",
                    "acceptable_acr": ["aal3"],
                },
            })
        };
        let providers = [provider(Audience::Resident), provider(Audience::Staff)];
        serde_json::from_value(json!({"providers": providers})).unwrap()
    }
}

const fn client_id(audience: Audience) -> &'static str {
    match audience {
        Audience::Resident => "RP00000001",
        Audience::Staff => "RP00000002",
    }
}

/// A browser at a provider: it keeps cookies, fills in forms and follows redirects.
#[derive(Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Goes from a login's beginning to where the provider sends it back to; answers that path.
    pub async fn log_in(&mut self, location: &str, login: &str) -> String {
        let mut response = self.send(http().get(location)).await;
        loop {
            let Some(to) = response.header("location") else {
                response = self.fill_in(&response.text(), login).await;
                continue;
            };
            if let Some(at) = to.find("/v1/auth/callback") {
                return to[at..].to_owned();
            }
            let to = absolute(location, to);
            response = self.send(http().get(to)).await;
        }
    }

    /// Sends the page's form, as somebody with this login would.
    async fn fill_in(&mut self, page: &str, login: &str) -> Response {
        let action = between(page, "action=\"", "\"");
        let prompt = between(page, "name=\"prompt\" value=\"", "\"");
        let form = [("prompt", prompt), ("login", login), ("password", "any")];
        self.send(http().post(action).form(&form)).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Response {
        let cookies = self.cookies.iter();
        let cookies: Vec<_> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request.header("cookie", cookies.join("; "));
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = cookie.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        read(response).await.unwrap()
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{text}"))
        .1;
    rest.split_once(after).unwrap().0
}

/// A redirect may leave out where the provider is.
fn absolute(location: &str, to: &str) -> String {
    if !to.starts_with('/') {
        return to.to_owned();
    }
    let path = location[8..].find('/').unwrap() + 8;
    format!("{}{to}", &location[..path])
}
