//! How sure the portal is of who acts: the levels that a login reached, what an act asks of a login, and the
//! answer when that is not enough.
//!
//! The levels are those of DS-511, the guideline of the Digital Agency on digital identity; the answer and the way
//! from it to a better login are RFC 9470.

mod level;
#[cfg(test)]
mod tests;

use actix_web::http::header::{self, HeaderValue};
use chrono::{DateTime, TimeDelta, Utc};
use platform::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Resident;
use crate::provider::{Registered, VerifiedIdentity};
use crate::residents::Attributes;
use crate::token::Realm;
pub use level::{Aal, Ial};

/// The clocks of a provider and of the portal may differ by so much.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::seconds(30);

/// The levels that a login reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assurance {
    /// 身元確認保証レベル
    pub ial: Ial,
    /// 当人認証保証レベル
    pub aal: Aal,
}

impl Assurance {
    /// What is said of a login of which nothing is known.
    pub const LOWEST: Self = Self {
        ial: Ial::LOWEST,
        aal: Aal::LOWEST,
    };

    /// Whether neither level is below the other's.
    pub fn reaches(self, other: Self) -> bool {
        self.ial >= other.ial && self.aal >= other.aal
    }
}

/// What an act asks of the login it is done with, chosen by its risk (DS-511).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequiredAssurance {
    /// 身元確認保証レベル: how well it must have been proved who the person is, 0 (not at all) to 3.
    #[schema(value_type = u8, minimum = 0, maximum = 3, example = 3)]
    pub ial: Ial,
    /// 当人認証保証レベル: how well it must have been proved that it is that person again, 1 to 3.
    #[schema(value_type = u8, minimum = 1, maximum = 3, example = 3)]
    pub aal: Aal,
    /// Seconds that the person may have proved it ago; absent: as long ago as a login lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, example = 3600)]
    pub max_authentication_age_seconds: Option<u32>,
}

/// What a login lacks for an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shortfall {
    Level,
    Age,
    Attributes,
}

impl RequiredAssurance {
    fn levels(&self) -> Assurance {
        Assurance {
            ial: self.ial,
            aal: self.aal,
        }
    }

    /// Whether it has to be known who the person is, not only that it is them: then the act relies on 基本4情報.
    fn relies_on_attributes(&self) -> bool {
        self.ial > Ial::LOWEST
    }

    fn shortfall(
        &self,
        reached: Assurance,
        authenticated_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<Shortfall> {
        if !reached.reaches(self.levels()) {
            return Some(Shortfall::Level);
        }
        let oldest = self.max_authentication_age_seconds.map(i64::from);
        let is_old = |oldest| now - authenticated_at > TimeDelta::seconds(oldest);
        oldest.is_some_and(is_old).then_some(Shortfall::Age)
    }
}

impl Resident {
    /// Whether this login will do for an act that asks for so much.
    ///
    /// # Errors
    /// `insufficient_user_authentication` (401), which says what to log in with (RFC 9470).
    pub fn must_reach(
        &self,
        required: &RequiredAssurance,
        realm: &Realm,
        now: DateTime<Utc>,
    ) -> Result<()> {
        match required.shortfall(self.assurance, self.authenticated_at, now) {
            None => Ok(()),
            Some(shortfall) => Err(insufficient(shortfall, required, realm)?),
        }
    }

    /// Whether what is known of them will do for an act that asks for so much: their attributes must have been proved as
    /// well, and read at this login or since, because people move and change their names.
    ///
    /// # Errors
    /// `insufficient_user_authentication` (401), which says what to log in with and to bring attributes.
    pub fn must_be_known(
        &self,
        attributes: Option<&Attributes>,
        required: &RequiredAssurance,
        realm: &Realm,
    ) -> Result<()> {
        let will_do = |known: &Attributes| {
            known.levels.ial >= required.ial
                && known.verified_at + CLOCKS_DIFFER >= self.authenticated_at
        };
        if !required.relies_on_attributes() || attributes.is_some_and(will_do) {
            return Ok(());
        }
        Err(insufficient(Shortfall::Attributes, required, realm)?)
    }
}

/// Asks for all alike, whatever is lacking: a login that only mends the one would fail of the other.
fn insufficient(
    shortfall: Shortfall,
    required: &RequiredAssurance,
    realm: &Realm,
) -> Result<Error> {
    let (description, detail) = match shortfall {
        Shortfall::Level => (
            "A different authentication level is required",
            "この手続には、より確実な本人確認が必要です。申請の内容はそのまま残っています。",
        ),
        Shortfall::Age => (
            "More recent authentication is required",
            "本人確認から時間がたっています。申請の内容はそのまま残っています。",
        ),
        Shortfall::Attributes => (
            "The attributes of the person are required",
            "この手続には、氏名・住所・生年月日・性別の確認が必要です。申請の内容はそのまま残っています。",
        ),
    };
    let mut challenge = format!(
        "Bearer error=\"{}\", error_description=\"{description}\"",
        Code::InsufficientUserAuthentication.as_str()
    );
    let acr_values = realm.providers.acr_values(required.levels());
    let mut why = description;
    if acr_values.is_empty() {
        why = "no identity provider reaches what is asked for";
    } else {
        challenge += &format!(", acr_values=\"{}\"", acr_values.join(" "));
    }
    if let Some(seconds) = required.max_authentication_age_seconds {
        challenge += &format!(", max_age=\"{seconds}\"");
    }
    if required.relies_on_attributes() {
        challenge += ", scope=\"attributes\"";
    }
    let challenge = HeaderValue::try_from(challenge).map_err(Error::internal)?;
    Ok(Error::new(Code::InsufficientUserAuthentication)
        .detail(detail)
        .header(header::WWW_AUTHENTICATE, challenge)
        .because(why))
}

/// What a login is asked for beyond what its provider is always asked for.
#[derive(Clone, Debug, Default)]
pub struct StepUp {
    /// Authentication context classes, one of which will do; none: whichever the provider is good for.
    pub acr_values: Vec<String>,
    /// Seconds that the person may have proved who they are ago.
    pub max_age: Option<i32>,
}

impl StepUp {
    /// As a query or a challenge says it: values separated by spaces.
    pub(crate) fn asking_for(acr_values: Option<&str>, max_age: Option<i32>) -> Self {
        let values = acr_values.into_iter().flat_map(|values| values.split(' '));
        Self {
            acr_values: values.map(str::to_owned).collect(),
            max_age,
        }
    }

    /// Whether the provider did what it was asked for: it may ignore `acr_values` and `max_age`.
    pub(crate) fn check(
        &self,
        provider: &Registered,
        identity: &VerifiedIdentity,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut asked = self.acr_values.iter();
        if !self.acr_values.is_empty() && !asked.any(|asked| provider.will_do(&identity.acr, asked))
        {
            return Err(failed("acr is lower than what was asked for"));
        }
        let age = now - identity.authenticated_at;
        if age < -CLOCKS_DIFFER {
            return Err(failed("auth_time is ahead"));
        }
        let oldest = self
            .max_age
            .map(|seconds| TimeDelta::seconds(seconds.into()));
        if oldest.is_some_and(|oldest| age > oldest + CLOCKS_DIFFER) {
            return Err(failed("auth_time is longer ago than what was asked for"));
        }
        Ok(())
    }
}

fn failed(why: &'static str) -> Error {
    Error::new(Code::LoginFailed).because(why)
}
