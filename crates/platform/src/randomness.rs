//! Randomness is an argument: the operating system's in production, a seeded stream in tests.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng, TryRng};

use crate::error::{Error, Result};

/// A source of random bytes for tokens, keys and numbers.
#[derive(Clone, Debug)]
pub struct Randomness(Option<Arc<Mutex<StdRng>>>);

impl Randomness {
    /// The operating system's generator.
    pub fn system() -> Self {
        Self(None)
    }

    /// A reproducible stream, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Some(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// When the operating system has none to give.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        match &self.0 {
            None => SysRng
                .try_fill_bytes(&mut bytes)
                .map_err(|error| Error::internal(error.to_string()))?,
            Some(rng) => rng
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(&mut bytes),
        }
        Ok(bytes)
    }
}

impl FromRequest for Randomness {
    type Error = Error;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(crate::extract::app_state(request))
    }
}
