//! Published keys, for anyone.
//!
//! - `GET /.well-known/jwks.json` token keys
//! - `GET /.well-known/evidence-keys.json` evidence keys

use actix_web::{HttpResponse, Responder, get, http::header, web::Data};
use platform::Clock;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::keyring::Keys;
use crate::model::JwkSet;
use crate::signing::Purpose;

/// Registers the crate's routes, on both public listeners.
pub fn register(config: &mut ServiceConfig<'_>) {
    config.service(token_keys).service(evidence_keys);
}

/// Keys that verify access tokens
#[utoipa::path(tag = "keys", operation_id = "listTokenKeys",
    responses((status = 200, description = "The keys in use", body = JwkSet)))]
#[get("/.well-known/jwks.json")]
async fn token_keys(keys: Data<Keys>, clock: Clock) -> impl Responder {
    published(&keys, Purpose::Token, &clock)
}

/// Keys that verify receipts and letters
///
/// Every key there ever was stays here, so that an old receipt can always be checked offline.
#[utoipa::path(tag = "keys", operation_id = "listEvidenceKeys",
    responses((status = 200, description = "Every evidence key", body = JwkSet)))]
#[get("/.well-known/evidence-keys.json")]
async fn evidence_keys(keys: Data<Keys>, clock: Clock) -> impl Responder {
    published(&keys, Purpose::Evidence, &clock)
}

fn published(keys: &Keys, purpose: Purpose, clock: &Clock) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=60"))
        .json(keys.published(purpose, clock.now()))
}
