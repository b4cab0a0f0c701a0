//! Reads variables as what they stand for, or says which one is wrong and why.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use actix_web::http::header::HeaderValue;
use url::Url;

use super::{ConfigError, DatabaseConfig, MailConfig, VARIABLES};
use crate::edge::Origins;

pub(super) struct Reader<'a>(pub(super) &'a dyn Fn(&str) -> Option<String>);

impl Reader<'_> {
    pub(super) fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            let variable = VARIABLES.iter().find(|variable| variable.name == name);
            variable
                .map(|variable| variable.default)
                .unwrap_or_default()
                .to_owned()
        })
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(
        &self,
        name: &'static str,
    ) -> Result<T, ConfigError> {
        let value = self.text(name);
        value
            .parse()
            .map_err(|reason: T::Err| ConfigError::new(name, &value, reason.to_string()))
    }

    pub(super) fn switch(&self, name: &'static str) -> Result<bool, ConfigError> {
        match self.text(name).as_str() {
            "on" => Ok(true),
            "off" => Ok(false),
            other => Err(ConfigError::new(name, other, "must be on or off")),
        }
    }

    pub(super) fn at_least_one(&self, name: &'static str) -> Result<usize, ConfigError> {
        match self.parsed(name)? {
            0 => Err(ConfigError::new(name, "0", "must be at least 1")),
            number => Ok(number),
        }
    }

    pub(super) fn seconds(&self, name: &'static str) -> Result<Duration, ConfigError> {
        Ok(Duration::from_secs(self.at_least_one(name)? as u64))
    }

    pub(super) fn url(
        &self,
        name: &'static str,
        unset: impl FnOnce() -> String,
    ) -> Result<String, ConfigError> {
        let Some(value) = self.optional(name) else {
            return Ok(unset());
        };
        if value.starts_with("http://") || value.starts_with("https://") {
            Ok(value.trim_end_matches('/').to_owned())
        } else {
            Err(ConfigError::new(
                name,
                &value,
                "must start with http:// or https://",
            ))
        }
    }

    /// Web pages that cannot read the API's answers, or whose requests do not count, are no use.
    pub(super) fn web_url(
        &self,
        name: &'static str,
        api_url: &str,
        origins: &Origins,
    ) -> Result<Option<String>, ConfigError> {
        if self.optional(name).is_none() {
            return Ok(None);
        }
        let url = self.url(name, String::new)?;
        let own = origin_of(api_url);
        match origin_of(&url) {
            Some(origin) if Some(&origin) == own.as_ref() || origins.includes(&origin) => {
                Ok(Some(url))
            }
            _ => Err(ConfigError::new(
                name,
                &url,
                "its origin must be the API's own or one of the origins that may use it",
            )),
        }
    }

    pub(super) fn database(&self) -> Result<DatabaseConfig, ConfigError> {
        let server_url = self.postgres_url("DATABASE_URL")?;
        let owner_url = self.postgres_url("MADOGUCHI_MIGRATION_DATABASE_URL")?;
        Ok(match server_url {
            None => DatabaseConfig::Embedded,
            Some(server_url) => DatabaseConfig::External {
                server_url,
                owner_url,
            },
        })
    }

    fn postgres_url(&self, name: &'static str) -> Result<Option<String>, ConfigError> {
        match self.optional(name) {
            Some(url) if !url.starts_with("postgres://") && !url.starts_with("postgresql://") => {
                // The value may hold a password, so it is not repeated.
                Err(ConfigError::new(name, "…", "must start with postgres://"))
            }
            url => Ok(url),
        }
    }

    pub(super) fn mail(&self) -> Result<Option<MailConfig>, ConfigError> {
        let Some(smtp_url) = self.optional("MADOGUCHI_SMTP_URL") else {
            return Ok(None);
        };
        if !smtp_url.starts_with("smtp://") && !smtp_url.starts_with("smtps://") {
            // The value may hold a password, so it is not repeated.
            let reason = "must start with smtp:// or smtps://";
            return Err(ConfigError::new("MADOGUCHI_SMTP_URL", "…", reason));
        }
        let name = "MADOGUCHI_MAIL_FROM";
        let from = self.optional(name);
        let from =
            from.ok_or_else(|| ConfigError::new(name, "", "is needed with MADOGUCHI_SMTP_URL"))?;
        Ok(Some(MailConfig { smtp_url, from }))
    }

    pub(super) fn city_code(&self) -> Result<String, ConfigError> {
        let value = self.text("MADOGUCHI_CITY_CODE");
        if value.len() == 6 && value.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(value)
        } else {
            Err(ConfigError::new(
                "MADOGUCHI_CITY_CODE",
                &value,
                "must be six digits",
            ))
        }
    }

    pub(super) fn log_json(&self) -> Result<bool, ConfigError> {
        match self.text("MADOGUCHI_LOG_FORMAT").as_str() {
            "text" => Ok(false),
            "json" => Ok(true),
            value => Err(ConfigError::new(
                "MADOGUCHI_LOG_FORMAT",
                value,
                "must be text or json",
            )),
        }
    }
}

/// As browsers write it.
fn origin_of(url: &str) -> Option<HeaderValue> {
    let url = Url::parse(url).ok()?;
    url.origin().ascii_serialization().parse().ok()
}
