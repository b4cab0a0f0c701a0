use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::Population;
use super::authorize::AuthorizationRequest;
use super::person::Person;

const STYLE: &str = "
:root { color-scheme: light; }
body { margin: 0; background: #f5f6f8; color: #1a1a1c; font: 1rem/1.7 sans-serif; }
.banner { margin: 0; padding: .75rem 1rem; background: #ffd43d; font-weight: bold; text-align: center; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; }
ul { list-style: none; margin: 0; padding: 0; }
li { margin: 0 0 .75rem; }
button { width: 100%; padding: .75rem 1rem; border: 1px solid #626264; border-radius: .5rem;
  background: #fff; color: inherit; font: inherit; text-align: left; cursor: pointer; }
button:hover { background: #e8f1fe; }
button:focus-visible { outline: 4px solid #000; outline-offset: 2px; box-shadow: 0 0 0 2px #ffd43d; }
.name { display: block; font-size: 1.25rem; font-weight: bold; text-decoration: underline; }
.description { display: block; }
.message { padding: .75rem 1rem; border: 2px solid #b3000f; border-radius: .5rem; background: #fff; }
";

/// Asks who logs in; says so when the hint names nobody.
pub(super) fn choice(population: Population, request: &AuthorizationRequest) -> HttpResponse {
    let hidden: String = request
        .to_repeat()
        .iter()
        .map(|(name, value)| {
            let value = escape(value);
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n")
        })
        .collect();
    let people: String = Person::all(population).into_iter().map(button).collect();
    let who = match population {
        Population::Residents => "市民",
        Population::Businesses => "事業者",
        Population::Staff => "職員",
    };
    let message = unknown_hint(&request.login_hint);
    let body = format!(
        "<h1>どの{who}としてログインしますか</h1>\n{message}\
         <p>デモの{who}は架空の人物です。名前を選ぶとログインします。</p>\n\
         <form method=\"post\" action=\"/authorize\">\n{hidden}<ul>\n{people}</ul>\n</form>\n"
    );
    document(StatusCode::OK, "ログイン", &body)
}

/// Says why a request cannot even be answered to the client.
pub(super) fn refusal(reason: &str) -> HttpResponse {
    let reason = escape(reason);
    let body = format!(
        "<h1>ログインを始められません</h1>\n<p class=\"message\" role=\"alert\">{reason}</p>\n\
         <p>元の画面に戻って、はじめからやり直してください。</p>\n"
    );
    document(StatusCode::BAD_REQUEST, "エラー", &body)
}

fn unknown_hint(login_hint: &str) -> String {
    if login_hint.is_empty() {
        return String::new();
    }
    let hint = escape(login_hint);
    format!(
        "<p class=\"message\" role=\"alert\">「{hint}」という人はいません。下から選んでください。</p>\n"
    )
}

fn button(person: Person) -> String {
    let login = escape(person.login());
    let name = escape(person.name());
    let description = escape(&person.description());
    format!(
        "<li><button name=\"login_hint\" value=\"{login}\"><span class=\"name\">{name}</span> \
         <span class=\"description\">{description}</span></button></li>\n"
    )
}

fn document(status: StatusCode, title: &str, body: &str) -> HttpResponse {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} | デモ用の認証</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header><p class=\"banner\">デモ用の認証です。本物の本人確認は行いません。</p></header>\n\
         <main>\n{body}</main>\n</body>\n</html>\n"
    );
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, content_security_policy()))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(html)
}

/// Without `form-action`: browsers apply it to the redirects after the form too, and the portal's
/// callback may redirect anywhere.
fn content_security_policy() -> String {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; frame-ancestors 'none'"
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}
