//! One test's city: database, clock, identity provider and both listeners.

mod answering;
mod services;
mod staff;

use std::net::Ipv4Addr;
use std::rc::Rc;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use demo::identity_provider::Faults;
use demo::mail_catcher::MailCatcher;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl as _;
use jobs::mail::Mailer;
use platform::edge::Edge;
use platform::{Clock, Database};
use portal::Services;
use portal::auth::provider::ProvidersFile;
use portal::auth::registration::{self, Imported, Loss, Purpose};
use portal::auth::{Audience, ResidentId, residents};
use serde_json::Value;
use tempfile::TempDir;

use self::answering::answering;
use self::services::services;
use crate::background::{block_on_background, off_this_runtime};
use crate::call::{Client, Transport};
use crate::cluster::cluster;
use crate::provider::{Agreement, Provider};

pub(crate) use self::answering::Answering;
pub(crate) use self::services::PRESS;

/// Tuesday 24 November 2026, ten in the morning in Japan: an opening day.
pub(crate) static START: LazyLock<DateTime<Utc>> =
    LazyLock::new(|| "2026-11-24T10:00:00+09:00".parse().unwrap());

/// A city of its own.
pub struct TestApp {
    /// What its handlers and jobs work with.
    pub services: Services,
    /// Its clock, which stands still at 10:00 of 24 November 2026 until it is advanced.
    pub clock: Clock,
    /// The name of its database in [`cluster`].
    pub database: String,
    pub(crate) provider: Provider,
    /// Its files, gone with it.
    folder: TempDir,
    residents: Answering,
    staff: Answering,
}

impl TestApp {
    /// A city with the catalogue, the demo staff and nothing else.
    pub async fn new() -> Self {
        Self::agreeing_on(Agreement::USUAL).await
    }

    /// The same, and how it deals with its identity provider.
    pub async fn agreeing_on(agreement: Agreement) -> Self {
        let clock = Clock::fixed(*START);
        let provider = Provider::start(&clock, agreement, url).await;
        let file = provider.file();
        Self::with(clock, provider, file, None).await
    }

    /// The same, whose providers file has something else in the entry for staff.
    pub async fn with_staff_entry(change: impl FnOnce(&mut Value)) -> Self {
        let clock = Clock::fixed(*START);
        let provider = Provider::start(&clock, Agreement::USUAL, url).await;
        let file = provider.file_with_staff_entry(change);
        Self::with(clock, provider, file, None).await
    }

    /// A city whose identity providers are others, which go by the real time: its clock stands still at now.
    pub async fn today_with(providers: ProvidersFile) -> Self {
        let clock = Clock::fixed(Clock::real().now());
        let unused = Provider::start(&clock, Agreement::USUAL, url).await;
        Self::with(clock, unused, providers, None).await
    }

    /// The same with a mail server, which catches what is sent.
    pub async fn with_mail() -> (Self, MailCatcher) {
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        let opening = async move { MailCatcher::open(address).await.unwrap() };
        let catcher = off_this_runtime(opening).await;
        let portal = base_url(Audience::Resident);
        let mailer = Mailer::new(&catcher.smtp_url(), "portal@city.example", portal);
        let clock = Clock::fixed(*START);
        let provider = Provider::start(&clock, Agreement::USUAL, url).await;
        let file = provider.file();
        let app = Self::with(clock, provider, file, Some(mailer.unwrap())).await;
        (app, catcher)
    }

    async fn with(
        clock: Clock,
        provider: Provider,
        providers: ProvidersFile,
        mailer: Option<Mailer>,
    ) -> Self {
        let database = cluster().await.city().await;
        adopt_issuer(&database, &provider.issuer).await;
        let folder = tempfile::tempdir().unwrap();
        let mut services = services(&database, &clock, &providers, &folder).await;
        services.mailer = mailer;
        Self {
            residents: answering(&services, Audience::Resident).await,
            staff: answering(&services, Audience::Staff).await,
            services,
            clock,
            database,
            provider,
            folder,
        }
    }

    /// Lets web pages of the origin log in by cookie.
    pub async fn open_to_pages_of(&mut self, origin: &str) {
        self.services.resident_realm.web_url = Some(format!("{origin}/app"));
        self.services.staff_realm.web_url = Some(format!("{origin}/app"));
        let edge = Edge {
            origins: origin.parse().unwrap(),
            ..Edge::default()
        };
        self.stand_behind(&edge).await;
    }

    /// Puts both listeners behind an edge; a city of the tests has none, so that nobody is limited.
    pub async fn stand_behind(&mut self, edge: &Edge) {
        self.services.resident_edge = edge.clone();
        self.services.staff_edge = edge.clone();
        self.residents = answering(&self.services, Audience::Resident).await;
        self.staff = answering(&self.services, Audience::Staff).await;
    }

    /// The same city, whose staff have their accounts at the provider alone.
    #[must_use]
    pub async fn without_local_accounts(mut self) -> Self {
        self.services.staff_realm.local_accounts = false;
        self.staff = answering(&self.services, Audience::Staff).await;
        self
    }

    /// Whoever has not logged in.
    pub fn anonymous(&self, audience: Audience) -> Client {
        let answering = match audience {
            Audience::Resident => &self.residents,
            Audience::Staff => &self.staff,
        };
        Client::new(audience, Transport::InProcess(Rc::clone(answering)))
    }

    /// A demo resident, logged in.
    pub async fn resident(&self, login: &str) -> Client {
        self.logged_in(Audience::Resident, login).await
    }

    /// A member of the demo staff, logged in.
    pub async fn staff(&self, login: &str) -> Client {
        self.logged_in(Audience::Staff, login).await
    }

    /// Lets time pass; whoever is logged in may have to log in again.
    pub fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// The ways the identity provider can misbehave.
    pub fn faults(&self) -> &Faults {
        &self.provider.faults
    }

    /// Lets the identity provider say this in id tokens of a person, and nothing else beside who they are.
    pub fn claim(&self, login: &str, claims: Value) {
        let Value::Object(claims) = claims else {
            panic!("claims are an object");
        };
        self.provider.extra_claims.set(login, claims);
    }

    /// Does all jobs that are due; answers how many there were.
    pub async fn run_jobs(&self) -> usize {
        let worker = portal::worker(&self.services);
        off_this_runtime(async move { worker.run_due().await.unwrap() }).await
    }

    /// Deletes what has had its time, as the worker does every minute.
    pub async fn tidy(&self) {
        let services = self.services.clone();
        off_this_runtime(async move { portal::tidy(&services).await.unwrap() }).await;
    }

    /// Sends all mail that is due; answers how many there were.
    pub async fn send_mail(&self) -> usize {
        let postman = portal::postman(&self.services);
        off_this_runtime(async move { postman.run_due().await.unwrap() }).await
    }

    /// A count out of this city's database; `sql` selects one `bigint` called `count`.
    pub async fn count(&self, sql: &str) -> i64 {
        count(&self.services.database, sql).await
    }

    /// The names of the files that its storage keeps in a folder.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let files = self.folder.path().join("files").join(folder);
        let entries = std::fs::read_dir(files).into_iter().flatten();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    /// Takes the files of a folder of the storage away, as a damaged disk would.
    pub fn lose_files(&self, folder: &str) {
        std::fs::remove_dir_all(self.folder.path().join("files").join(folder)).unwrap();
    }

    /// Runs SQL in this city's database as the superuser.
    pub async fn as_admin(&self, sql: &str) {
        let cluster = cluster().await;
        cluster.as_admin(&self.database, sql.to_owned()).await;
    }

    /// Brings in the city's register, as the command does; or says what is wrong with it.
    pub async fn import_addressees(
        &self,
        file: &[u8],
        purpose: Purpose,
    ) -> Result<Imported, String> {
        let (services, file) = (self.services.clone(), file.to_owned());
        off_this_runtime(async move {
            let mut conn = services.database.connection().await.unwrap();
            let (keys, now) = (&services.keys, services.clock.now());
            let imported =
                registration::import(&mut conn, keys, &*file, (purpose, Loss::Refuse), now);
            imported.await.map_err(|error| error.to_string())
        })
        .await
    }

    /// Shuts a resident out or lets them in again, as the command does; whether that changed anything.
    pub async fn set_resident_disabled(&self, id: &Value, disabled: bool) -> bool {
        let id: ResidentId = serde_json::from_value(id.clone()).unwrap();
        let services = self.services.clone();
        off_this_runtime(async move {
            let mut conn = services.database.connection().await.unwrap();
            residents::set_disabled(&mut conn, id, disabled, services.clock.now())
                .await
                .unwrap()
        })
        .await
    }
}

impl Drop for TestApp {
    /// # Panics
    /// When jobs are left: a test says what becomes of every promise it makes the city give.
    fn drop(&mut self) {
        let (pool, name) = (self.services.database.clone(), self.database.clone());
        let waiting = block_on_background(async move {
            let waiting = count(&pool, "SELECT count(*) FROM jobs").await;
            pool.close();
            cluster().await.remove(&name).await;
            waiting
        });
        if !std::thread::panicking() {
            assert_eq!(waiting, 0, "jobs were left: call app.run_jobs().await");
        }
    }
}

/// Where people reach a listener; nothing listens there, the tests follow redirects by hand.
pub(crate) const fn base_url(audience: Audience) -> &'static str {
    match audience {
        Audience::Resident => "http://residents.test",
        Audience::Staff => "http://staff.test",
    }
}

fn url(audience: Audience) -> String {
    base_url(audience).to_owned()
}

async fn adopt_issuer(database: &str, issuer: &str) {
    let sql = format!("UPDATE staff_members SET issuer = '{issuer}'");
    cluster().await.as_admin(database, sql).await;
}

async fn count(pool: &Database, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let mut conn = pool.connection().await.unwrap();
    let row: Row = sql_query(sql).get_result(&mut *conn).await.unwrap();
    row.count
}
