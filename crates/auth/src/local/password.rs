//! Passwords: what is a good one (NIST SP 800-63B 3.1.1), and how they are kept (Argon2id, OWASP Password Storage).

use std::sync::{Arc, LazyLock};

use actix_web::web;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use platform::{Error, Randomness, Result};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

/// Code points, at least: with a second factor eight would do, but passwords are also used elsewhere.
const SHORTEST: usize = 12;
/// One hash takes 19 MiB of memory; this many at once.
static HASHING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(4)));
/// Hash of nothing that anybody knows, for login names without an account: they cost the same work.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3MgcGFzc3dvcmQ$q1UTzs0uQfDgmwHWDNUZYjAhUS+UBkFlNjXZwOzYW/Q";
/// The commonest that are long enough; what repeats or counts is found without a list.
const COMMON: [&str; 16] = [
    "password1234",
    "passwordpassword",
    "passw0rd1234",
    "p@ssw0rd1234",
    "adminadmin123",
    "administrator",
    "administrator1",
    "welcome12345",
    "letmein12345",
    "iloveyou1234",
    "qwertyuiop123",
    "qwerty123456",
    "1qaz2wsx3edc",
    "asdfghjkl123",
    "changeme1234",
    "madoguchi123",
];

/// What is wrong with a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weak {
    TooShort,
    Common,
    OwnName,
}

impl Weak {
    pub(super) fn problem(self) -> Error {
        let (code, message) = match self {
            Self::TooShort => ("too_short", "12文字以上にしてください。"),
            Self::Common => (
                "too_common",
                "よく使われる、または同じ文字や並びを繰り返すパスワードは使えません。",
            ),
            Self::OwnName => ("own_name", "ログイン名や氏名を含むパスワードは使えません。"),
        };
        Error::field("/password", code, message)
    }
}

/// A password as it is hashed: the same however a keyboard composes its characters (NFKC, SP 800-63B 3.1.1.2).
pub(super) struct Password(String);

impl Password {
    pub(super) fn of(typed: &str) -> Self {
        Self(typed.nfkc().collect())
    }

    /// Whether it is good enough for somebody of these names.
    pub(super) fn check(&self, names: [&str; 2]) -> Result<(), Weak> {
        if self.0.chars().count() < SHORTEST {
            return Err(Weak::TooShort);
        }
        let folded = self.0.to_lowercase();
        if COMMON.contains(&folded.as_str()) || repeats_or_counts(&folded) {
            return Err(Weak::Common);
        }
        let folded_names = names.map(|name| name.nfkc().collect::<String>().to_lowercase());
        let mut parts = folded_names
            .iter()
            .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
        // A name of one or two characters is in too much that is not about it.
        if parts.any(|part| part.chars().count() > 2 && folded.contains(part)) {
            return Err(Weak::OwnName);
        }
        Ok(())
    }

    /// Its hash with a fresh salt, away from the threads that answer requests.
    pub(super) async fn hash(self, randomness: &Randomness) -> Result<String> {
        let salt: [u8; 16] = randomness.bytes()?;
        let hashed = blocking(move || argon2().hash_password_with_salt(self.0.as_bytes(), &salt));
        let hashed = hashed
            .await?
            .map_err(|error| Error::internal(error.to_string()))?;
        Ok(hashed.to_string())
    }

    /// Whether it is the one with the hash; the same work when there is none.
    pub(super) async fn verify(self, hash: Option<String>) -> Result<bool> {
        let exists = hash.is_some();
        let verified = blocking(move || {
            let hash = PasswordHash::new(hash.as_deref().unwrap_or(NOBODYS))?;
            argon2().verify_password(self.0.as_bytes(), &hash)
        });
        Ok(verified.await?.is_ok() && exists)
    }
}

/// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let permit = HASHING.clone().acquire_owned().await;
    let permit = permit.map_err(Error::internal)?;
    // The permit goes along: the work goes on when whoever asked for it has gone away.
    let work = move || {
        let _permit = permit;
        work()
    };
    web::block(work).await.map_err(Error::internal)
}

/// `aaaaaaaaaaaa`, `abcabcabcabc`, `123456789012`, `zyxwvutsrqpo`.
fn repeats_or_counts(password: &str) -> bool {
    let characters: Vec<_> = password.chars().collect();
    let repeats = (1..=characters.len() / 3).any(|period| {
        characters
            .iter()
            .zip(&characters[period..])
            .all(|(a, b)| a == b)
    });
    let digits = password.bytes().all(|byte| byte.is_ascii_digit());
    let distance = |pair: &[char]| {
        let step = pair[1] as i64 - pair[0] as i64;
        // After 9 comes 0.
        if digits { step.rem_euclid(10) } else { step }
    };
    let first = characters.get(..2).map_or(0, distance);
    repeats
        || characters
            .windows(2)
            .all(|pair| distance(pair) == first && first != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Weak> {
        Password::of(password).check(["sato.yumi", "佐藤 由美子"])
    }

    #[test]
    fn twelve_code_points_will_do_whatever_they_are() {
        for good in [
            "correct horse",
            "窓口の向こうに青い空がある",
            "xq7!xq7?lv2.",
            "𠮷野家𠮷野家で牛丼並盛り",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        assert_eq!(check("elevenchars"), Err(Weak::TooShort));
        assert_eq!(check("十一文字しかないよね？"), Err(Weak::TooShort));
    }

    #[test]
    fn what_everybody_would_guess_first_is_refused() {
        for common in [
            "Password1234",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "098765432109",
            "abcdefghijkl",
            "ｐａｓｓｗｏｒｄ１２３４",
        ] {
            assert_eq!(check(common), Err(Weak::Common), "{common}");
        }
    }

    #[test]
    fn ones_own_name_is_refused_in_any_case() {
        assert_eq!(check("SATO.YUMI-2026"), Err(Weak::OwnName));
        assert_eq!(check("everybody loves yumi"), Err(Weak::OwnName));
        assert_eq!(check("わたしは由美子というものです"), Err(Weak::OwnName));
        assert_eq!(check("佐藤という人はたくさんいます"), Ok(()));
    }

    #[test]
    fn nobodys_hash_costs_what_a_new_one_costs() {
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        let fresh = argon2().hash_password_with_salt(b"x", &[1; 16]).unwrap();
        assert_eq!(nobodys.algorithm, fresh.algorithm);
        assert_eq!(nobodys.version, fresh.version);
        assert_eq!(nobodys.params, fresh.params);
        let lengths = |hash: &PasswordHash| hash.hash.as_ref().map(|output| output.len());
        assert_eq!(lengths(&nobodys), lengths(&fresh));
    }

    #[actix_web::test]
    async fn a_password_is_known_again_however_it_was_composed() {
        let hash = Password::of("カキクケコの花が咲いた")
            .hash(&Randomness::seeded(1))
            .await
            .unwrap();
        let again = async |typed: &str, hash| Password::of(typed).verify(hash).await.unwrap();
        assert!(again("ｶｷｸｹｺの花が咲いた", Some(hash.clone())).await);
        assert!(!again("カキクケコの花が咲く", Some(hash)).await);
        assert!(!again("カキクケコの花が咲いた", None).await);
    }
}
