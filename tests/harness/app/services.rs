//! What a city of the tests works with.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use platform::edge::Edge;
use platform::extract::BodyLimits;
use platform::telemetry::Metrics;
use platform::{Clock, Database, Randomness, Storage};
use portal::Services;
use portal::auth::provider::ProvidersFile;
use portal::auth::{Audience, Realm};
use portal::documents::letter::Press;
use portal::keys::{Keys, MasterKey};
use tempfile::TempDir;

use super::answering::answering;
use super::{TestApp, base_url};
use crate::background::off_this_runtime;
use crate::call::{Client, Transport};
use crate::cluster::cluster;

/// Looking through the fonts takes a while, and all cities print alike.
pub(crate) static PRESS: LazyLock<Arc<Press>> = LazyLock::new(|| Arc::new(Press::new().unwrap()));

/// Bodies of the tests' cities: smaller and faster than a real city allows.
const LIMITS: BodyLimits = BodyLimits {
    bytes: 64 * 1024,
    timeout: Duration::from_millis(500),
};

pub(super) async fn services(
    database: &str,
    clock: &Clock,
    providers: &ProvidersFile,
    folder: &TempDir,
) -> Services {
    let url = cluster().await.postgres.server_url(database);
    let pool = off_this_runtime(async move { Database::connect(&url, 8).unwrap() }).await;
    let randomness = Randomness::seeded(seed(database));
    let master = MasterKey::create(&folder.path().join("master.key"), &randomness).unwrap();
    let keys = {
        let mut conn = pool.connection().await.unwrap();
        Keys::load(&mut conn, master, randomness.clone(), clock.now())
            .await
            .unwrap()
    };
    let realm = |audience| portal::realm(audience, base_url(audience), providers).unwrap();
    Services {
        database: pool,
        clock: clock.clone(),
        randomness,
        keys,
        forms: Default::default(),
        mailer: None,
        metrics: Metrics::new().unwrap(),
        storage: Storage::in_folder(folder.path()).unwrap(),
        press: Arc::clone(&PRESS),
        letter_url: format!("{}/v1/letters", base_url(Audience::Resident)),
        limits: LIMITS,
        resident_realm: realm(Audience::Resident),
        staff_realm: Realm {
            local_accounts: true,
            ..realm(Audience::Staff)
        },
        resident_edge: Edge::default(),
        staff_edge: Edge::default(),
        city: portal::kpi::City {
            code: "132110".to_owned(),
        },
    }
}

impl TestApp {
    /// A listener of another process of this city, which has the keys in its own memory.
    pub async fn elsewhere(&self, audience: Audience) -> Client {
        let master = MasterKey::load(&self.folder.path().join("master.key")).unwrap();
        let (randomness, now) = (self.services.randomness.clone(), self.clock.now());
        let mut conn = self.services.database.connection().await.unwrap();
        let keys = Keys::load(&mut conn, master, randomness, now).await;
        let services = Services {
            keys: keys.unwrap(),
            ..self.services.clone()
        };
        let answering = answering(&services, audience).await;
        Client::new(audience, Transport::InProcess(answering))
    }
}

/// The same for the same test: cargo names each test's thread after it.
fn seed(database: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let thread = std::thread::current();
    thread.name().unwrap_or(database).hash(&mut hasher);
    hasher.finish()
}
