//! Sealing by AES-256-GCM, bound to the place a value belongs to, and keyed hashes to find sealed values by.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use platform::{Error, Randomness, Result};

platform::text_enum! {
    /// What a data key is for.
    DataPurpose {
        /// Sealing and opening.
        Seal = "seal",
        /// Finding again what is sealed.
        Lookup = "lookup",
    }
}

/// The key of keyed hashes.
pub(crate) struct LookupKey(hmac::Key);

impl LookupKey {
    pub(crate) fn new(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// HMAC-SHA-256; the same text in another place has another hash.
    pub(crate) fn hash(&self, place: &str, text: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        // No place holds a zero, so place and text cannot be cut elsewhere.
        for part in [place.as_bytes(), &[0], text.as_bytes()] {
            context.update(part);
        }
        context.sign().as_ref().to_vec()
    }
}

/// One symmetric key.
pub(crate) struct Cipher(LessSafeKey);

impl Cipher {
    /// # Errors
    /// When the key is not 32 bytes long.
    pub(crate) fn new(key: &[u8]) -> Result<Self> {
        UnboundKey::new(&AES_256_GCM, key)
            .map(|key| Self(LessSafeKey::new(key)))
            .map_err(|_| Error::internal("an encryption key has the wrong length"))
    }

    /// Answers nonce and ciphertext. `place` must be given again to open it, so that a sealed value
    /// copied to another row or column does not open there.
    pub(crate) fn seal(
        &self,
        place: &[u8],
        plain: &[u8],
        randomness: &Randomness,
    ) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = randomness.bytes()?;
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place),
                &mut sealed,
            )
            .map_err(|_| Error::internal("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// # Errors
    /// When the value was changed, belongs elsewhere or was sealed with another key.
    pub(crate) fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::internal("a sealed value does not open");
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut buffer = ciphertext.to_vec();
        let plain = self
            .0
            .open_in_place(nonce, Aad::from(place), &mut buffer)
            .map_err(|_| broken())?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_depends_on_key_place_and_text() {
        let key = LookupKey::new(&[3; 32]);
        let hash = key.hash("here", "山田");
        assert_eq!(key.hash("here", "山田"), hash);
        assert_ne!(key.hash("there", "山田"), hash);
        assert_ne!(key.hash("here", "山本"), hash);
        assert_ne!(LookupKey::new(&[4; 32]).hash("here", "山田"), hash);
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_own_place_and_unchanged() {
        let cipher = Cipher::new(&[3; 32]).unwrap();
        let randomness = Randomness::seeded(1);
        let sealed = cipher
            .seal(b"here", "山田".as_bytes(), &randomness)
            .unwrap();
        assert_eq!(cipher.open(b"here", &sealed).unwrap(), "山田".as_bytes());
        assert!(cipher.open(b"there", &sealed).is_err());
        assert!(cipher.open(b"here", &sealed[1..]).is_err());
        assert!(cipher.open(b"here", &sealed[..4]).is_err());
        assert!(
            Cipher::new(&[4; 32])
                .unwrap()
                .open(b"here", &sealed)
                .is_err()
        );
    }
}
