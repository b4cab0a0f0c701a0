//! Values as they may be shown to whoever looks over an operator's shoulder.

use url::{Position, Url};

/// In place of what may be a secret.
const HIDDEN: &str = "…";

/// The value of a variable, with `…` for the password and the query of a URL. What looks like a URL and cannot be
/// read as one is hidden as a whole.
pub fn shown(value: &str) -> String {
    let is_web = value.starts_with("http://") || value.starts_with("https://");
    let is_plain = !value.contains("://") || (is_web && !value.contains(['@', '?']));
    if is_plain {
        return value.to_owned();
    }
    let Ok(url) = Url::parse(value) else {
        return HIDDEN.to_owned();
    };
    let mut text = match url.password() {
        None => url[..Position::AfterPath].to_owned(),
        Some(_) => {
            let user = &url[..Position::BeforePassword];
            let rest = &url[Position::AfterPassword..Position::AfterPath];
            format!("{user}{HIDDEN}{rest}")
        }
    };
    if url.query().is_some() || url.fragment().is_some() {
        text += "?";
        text += HIDDEN;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_and_queries_are_hidden_and_the_rest_is_as_it_was_set() {
        for (value, expected) in [
            ("", ""),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            (
                "https://a.example,https://b.example:8443",
                "https://a.example,https://b.example:8443",
            ),
            (
                "postgres://server:p%40ss@db:5432/city",
                "postgres://server:…@db:5432/city",
            ),
            (
                "postgres://server@db/city?password=secret",
                "postgres://server@db/city?…",
            ),
            ("postgres://server:p,w@h1:5432,h2:5432/city", "…"),
            (
                "smtps://user:secret@mail.example",
                "smtps://user:…@mail.example",
            ),
            ("s3://bucket/files", "s3://bucket/files"),
            (
                "https://account.blob.example/files?sig=secret",
                "https://account.blob.example/files?…",
            ),
            (
                "https://user:secret@files.example/x",
                "https://user:…@files.example/x",
            ),
        ] {
            assert_eq!(shown(value), expected, "{value}");
        }
    }
}
