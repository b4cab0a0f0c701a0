//! AES-256-GCM, bound to the place a value belongs to.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use platform::{Error, Randomness, Result};

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
