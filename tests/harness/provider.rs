//! The identity provider of one test.

use actix_web::dev::ServerHandle;
use demo::identity_provider::{Client, Faults, IdentityProvider, Population, Settings};
use platform::Clock;
use portal::auth::provider::ProvidersFile;
use serde_json::{Value, json};

use crate::background::off_this_runtime;
use portal::auth::Audience;

const SECRET: &str = "the provider and the portal know this";

/// A running demo identity provider; stopped when dropped.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) faults: Faults,
    server: ServerHandle,
}

impl Provider {
    /// `url` tells where people reach a listener.
    pub(crate) async fn start(clock: &Clock, url: impl Fn(Audience) -> String) -> Self {
        let bound = IdentityProvider::bind("127.0.0.1:0").unwrap();
        let (issuer, faults) = (bound.issuer(), bound.faults());
        let clock = clock.clone();
        let settings = Settings {
            issuer: issuer.clone(),
            clients: vec![
                client(Audience::Resident, Population::Residents, &url),
                client(Audience::Staff, Population::Staff, &url),
            ],
            now: std::sync::Arc::new(move || clock.now()),
        };
        let server = off_this_runtime(async move {
            let server = bound.run(settings).unwrap();
            let handle = server.handle();
            tokio::spawn(server);
            handle
        })
        .await;
        Self {
            issuer,
            faults,
            server,
        }
    }

    /// What a city would write into its providers file.
    pub(crate) fn file(&self) -> ProvidersFile {
        serde_json::from_value(self.json()).unwrap()
    }

    /// The same as the text of that file.
    pub(crate) fn json(&self) -> Value {
        let entry = |audience: Audience, acr: &[&str], assurance: Value| {
            json!({
                "id": "demo",
                "audience": audience.as_str(),
                "name": {"ja": "デモ認証", "en": "Demo login"},
                "assurance": assurance,
                "oidc": {
                    "issuer": self.issuer,
                    "client_id": audience.as_str(),
                    "client_secret": SECRET,
                    "scopes": ["name", "address", "birthdate", "gender"],
                    "acceptable_acr": acr,
                },
            })
        };
        let card_or_mail = json!({"aal3": {"ial": 3, "aal": 3}, "aal1": {"ial": 0, "aal": 1}});
        json!({"providers": [
            entry(Audience::Resident, &["aal3", "aal1"], card_or_mail),
            entry(Audience::Staff, &["aal2"], json!({})),
        ]})
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // The command is sent at once; whether the server is still there to obey does not matter.
        drop(self.server.stop(false));
    }
}

fn client(audience: Audience, population: Population, url: impl Fn(Audience) -> String) -> Client {
    Client {
        client_id: audience.as_str().to_owned(),
        client_secret: SECRET.to_owned(),
        redirect_uris: vec![format!("{}/v1/auth/callback", url(audience))],
        population,
    }
}
