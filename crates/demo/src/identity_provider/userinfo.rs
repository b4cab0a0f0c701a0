use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::token::sent_on;
use super::{Fault, Login, Provider};

pub(super) async fn show(provider: web::Data<Provider>, http: HttpRequest) -> HttpResponse {
    let Some(login) = bearer(&provider, &http) else {
        return HttpResponse::Unauthorized()
            .insert_header((header::WWW_AUTHENTICATE, r#"Bearer error="invalid_token""#))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish();
    };
    if provider.faults.has(Fault::UserinfoRedirects)
        && let Some(answer) = sent_on(&http)
    {
        return answer;
    }
    let subject = if provider.faults.has(Fault::UserinfoSubjectDiffers) {
        "another-subject"
    } else {
        login.person.subject()
    };
    let mut claims = login.person.claims(&login.scope);
    if provider.faults.has(Fault::NewName) && claims.contains_key("name") {
        claims.insert("name".into(), json!("髙橋 花子"));
    }
    claims.extend(provider.extra_claims.of(login.person.login()));
    if !provider.faults.has(Fault::UserinfoWithoutSubject) {
        claims.insert("sub".into(), json!(subject));
    }
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(claims)
}

fn bearer(provider: &Provider, http: &HttpRequest) -> Option<Login> {
    let value = http.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, access_token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    provider.access_tokens.look_up(access_token, provider.now())
}
