use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use rand::TryCryptoRng;

/// What stands behind the secrets handed out (codes, access tokens), until they expire.
pub(super) struct Issued<T>(Mutex<HashMap<String, Entry<T>>>);

struct Entry<T> {
    value: T,
    expires_at: DateTime<Utc>,
}

impl<T> Default for Issued<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Issued<T> {
    /// Gives a new 256-bit secret for the value.
    pub(super) fn issue<R: TryCryptoRng>(
        &self,
        value: T,
        expires_at: DateTime<Utc>,
        rng: &mut R,
    ) -> Result<String, R::Error> {
        let mut bytes = [0; 32];
        rng.try_fill_bytes(&mut bytes)?;
        let secret = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        self.entries()
            .insert(secret.clone(), Entry { value, expires_at });
        Ok(secret)
    }

    /// Notes a secret that somebody else made; `false` when it is known already.
    pub(super) fn note(&self, secret: String, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> bool
    where
        T: Default,
    {
        let value = T::default();
        self.current(now)
            .insert(secret, Entry { value, expires_at })
            .is_none()
    }

    /// The value, once: a second call with the same secret finds nothing.
    pub(super) fn redeem(&self, secret: &str, now: DateTime<Utc>) -> Option<T> {
        self.current(now).remove(secret).map(|entry| entry.value)
    }

    /// The value, as often as wanted.
    pub(super) fn look_up(&self, secret: &str, now: DateTime<Utc>) -> Option<T> {
        self.current(now)
            .get(secret)
            .map(|entry| entry.value.clone())
    }

    fn current(&self, now: DateTime<Utc>) -> MutexGuard<'_, HashMap<String, Entry<T>>> {
        let mut entries = self.entries();
        entries.retain(|_, entry| now < entry.expires_at);
        entries
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
