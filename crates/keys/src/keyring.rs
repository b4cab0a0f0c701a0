//! Keys in hand: loaded once, shared, reloaded when another process has made a new one.

mod stored;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use platform::{AsyncPgConnection, Database, Error, Randomness, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::master_key::MasterKey;
use crate::model::JwkSet;
use crate::sealing::{Cipher, LookupKey};
use crate::signing::{Purpose, SigningKey};
use crate::store::{self, ListedKey};
use crate::verifier::{Expectation, GoodSignatures, KeySet, Rejected, TokenVerifier};

/// How often every process looks for keys that another one has made.
pub const RELOAD_EVERY: Duration = Duration::from_secs(60);
/// How long the old key goes on signing when there is a new one: until then every process knows the new one.
const HANDOVER: TimeDelta = TimeDelta::seconds(2 * RELOAD_EVERY.as_secs() as i64);
/// How long a retired token key still verifies: the longest life of an access token, and more.
const TOKEN_KEY_GRACE: TimeDelta = TimeDelta::minutes(15);
/// Tokens with unknown keys cause no more than one reload in this time, so that forged ones do not become database load.
const ASKED_RELOADS: TimeDelta = TimeDelta::seconds(5);

/// People whose tokens are remembered, 32 bytes each.
const PEOPLE_AT_A_TIME: usize = 20_000;

/// All keys, loaded; clones share them.
#[derive(Clone)]
pub struct Keys(Arc<Shared>);

struct Shared {
    master: MasterKey,
    randomness: Randomness,
    ring: RwLock<Arc<Ring>>,
    /// The last reload that an unknown key asked for; locked while it goes on.
    last_asked: Mutex<DateTime<Utc>>,
    good_signatures: GoodSignatures,
}

#[derive(Default)]
struct Ring {
    token: Vec<SigningKey>,
    evidence: Vec<SigningKey>,
    data: Vec<(Uuid, Cipher)>,
    lookup: Option<LookupKey>,
}

impl Keys {
    /// Loads the keys and makes those that are missing.
    ///
    /// # Errors
    /// When the master key does not open them, or the database cannot be asked.
    pub async fn load(
        conn: &mut AsyncPgConnection,
        master: MasterKey,
        randomness: Randomness,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let keys = Self(Arc::new(Shared {
            master,
            randomness,
            ring: RwLock::default(),
            last_asked: Mutex::default(),
            good_signatures: GoodSignatures::of(PEOPLE_AT_A_TIME),
        }));
        keys.create_missing(conn, now).await?;
        keys.reload(conn).await?;
        Ok(keys)
    }

    /// Reads the keys anew, so that those made by other processes are known here.
    ///
    /// # Errors
    /// When a key does not open, or the database cannot be asked.
    pub async fn reload(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let ring = Ring {
            token: self.load_signing(conn, Purpose::Token).await?,
            evidence: self.load_signing(conn, Purpose::Evidence).await?,
            data: self.load_data(conn).await?,
            lookup: self.load_lookup(conn).await?,
        };
        *self.0.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
        Ok(())
    }

    /// Reads the keys anew for a token whose key is unknown, unless that has just been done; whoever comes
    /// meanwhile waits for the reload in hand, and holds no connection.
    ///
    /// # Errors
    /// As [`reload`](Self::reload).
    pub async fn look_for_unknown(&self, database: &Database, now: DateTime<Utc>) -> Result<()> {
        let mut last = self.0.last_asked.lock().await;
        if now - *last < ASKED_RELOADS {
            return Ok(());
        }
        *last = now;
        let mut conn = database.connection().await?;
        self.reload(&mut conn).await
    }

    /// Makes a new key of the purpose and retires the others: they sign for two more minutes, until every process
    /// knows the new one, and go on verifying.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rotate(
        &self,
        conn: &mut AsyncPgConnection,
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let kid = conn
            .transaction(async |conn| {
                store::lock_creation(conn).await?;
                store::retire_signing(conn, purpose, now + HANDOVER).await?;
                self.create_signing(conn, purpose, now).await
            })
            .await?;
        self.reload(conn).await?;
        Ok(kid)
    }

    /// A compact JWS by the current token key.
    ///
    /// # Errors
    /// When there is no key.
    pub fn sign_token(
        &self,
        typ: &str,
        claims: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Result<String> {
        sign(&self.ring().token, typ, claims, now)
    }

    /// A compact JWS by the current evidence key, to be checked by anyone for ever.
    ///
    /// # Errors
    /// When there is no key.
    pub fn sign_evidence(
        &self,
        typ: &str,
        claims: &impl Serialize,
        now: DateTime<Utc>,
    ) -> Result<String> {
        sign(&self.ring().evidence, typ, claims, now)
    }

    /// The claims of an access token of ours that fulfils the expectation.
    ///
    /// # Errors
    /// [`Rejected`] with the first rule the token breaks.
    pub fn verify_token<T: DeserializeOwned>(
        &self,
        token: &str,
        expected: &Expectation<'_>,
    ) -> Result<T, Rejected> {
        let keys = self.token_keys(expected.now);
        TokenVerifier::verify_again(token, &keys, expected, &self.0.good_signatures)
    }

    /// The keys that verify access tokens at the given moment.
    fn token_keys(&self, now: DateTime<Utc>) -> KeySet {
        let mut set = KeySet::default();
        for key in &self.ring().token {
            if still_verifies(key, now) {
                set.add_ed25519(&key.kid, &key.public_key);
            }
        }
        set
    }

    /// The public keys of a purpose: token keys in use, every evidence key there ever was.
    pub fn published(&self, purpose: Purpose, now: DateTime<Utc>) -> JwkSet {
        let ring = self.ring();
        let keys = match purpose {
            Purpose::Token => ring
                .token
                .iter()
                .filter(|key| still_verifies(key, now))
                .map(SigningKey::jwk)
                .collect(),
            Purpose::Evidence => ring.evidence.iter().map(SigningKey::jwk).collect(),
        };
        JwkSet { keys }
    }

    /// Seals a value for one place, such as `applications.answers` and the row's id.
    ///
    /// # Errors
    /// When there is no key or no randomness.
    pub fn seal(&self, column: &str, row: Uuid, plain: &[u8]) -> Result<Vec<u8>> {
        let ring = self.ring();
        let (id, cipher) = ring.data.as_slice().first().ok_or_else(no_key)?;
        let sealed = cipher.seal(&place(column, row), plain, &self.0.randomness)?;
        Ok([id.as_bytes().as_slice(), &sealed].concat())
    }

    /// Opens what [`seal`](Self::seal) sealed for the same place.
    ///
    /// # Errors
    /// When the value was changed, belongs elsewhere or its key is gone.
    pub fn open(&self, column: &str, row: Uuid, sealed: &[u8]) -> Result<Vec<u8>> {
        let (id, rest) = sealed.split_at_checked(16).ok_or_else(no_key)?;
        let ring = self.ring();
        let key = ring.data.iter().find(|(known, _)| known.as_bytes() == id);
        let (_, cipher) = key.ok_or_else(no_key)?;
        cipher.open(&place(column, row), rest)
    }

    /// As [`open`](Self::open), for what was text.
    ///
    /// # Errors
    /// Also when it is no text.
    pub fn open_text(&self, column: &str, row: Uuid, sealed: &[u8]) -> Result<String> {
        String::from_utf8(self.open(column, row, sealed)?).map_err(Error::internal)
    }

    /// A keyed hash by which a value that is kept sealed is found again; it differs by place.
    ///
    /// # Errors
    /// When there is no key.
    pub fn lookup_hash(&self, place: &str, text: &str) -> Result<Vec<u8>> {
        let ring = self.ring();
        let key = ring.lookup.as_ref().ok_or_else(no_key)?;
        Ok(key.hash(place, text))
    }

    /// Every signing key, newest first.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn list(conn: &mut AsyncPgConnection) -> Result<Vec<ListedKey>> {
        store::list_signing(conn).await
    }

    fn ring(&self) -> Arc<Ring> {
        let ring = self.0.ring.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&ring)
    }
}

fn still_verifies(key: &SigningKey, now: DateTime<Utc>) -> bool {
    key.retired_at.is_none_or(|at| now < at + TOKEN_KEY_GRACE)
}

/// By the key in office: of those not yet retired, the one that retires next.
fn sign(
    keys: &[SigningKey],
    typ: &str,
    claims: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<String> {
    let last_day = |key: &&SigningKey| key.retired_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
    let in_office = keys.iter().filter(|key| now < last_day(key));
    let key = in_office.min_by_key(last_day).ok_or_else(no_key)?;
    key.sign(typ, claims)
}

fn place(column: &str, row: Uuid) -> Vec<u8> {
    [column.as_bytes(), b":", row.as_bytes()].concat()
}

fn no_key() -> Error {
    Error::internal("the key for a sealed or signed value is not there")
}
