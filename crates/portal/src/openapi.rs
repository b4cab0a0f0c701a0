//! The OpenAPI documents, made from the very routes that are served.

use actix_web::App;
use auth::Audience;
use platform::problem::Problem;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, Content, Info, License, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder,
};
use utoipa::{PartialSchema as _, ToSchema as _};
use utoipa_actix_web::AppExt as _;

use crate::application::operations;

/// The OpenAPI document of a listener.
pub fn document(audience: Audience) -> OpenApi {
    let (title, description) = match audience {
        Audience::Resident => (
            "Madoguchi: residents",
            "住民のAPI。手続を探し、入力し、提出し、通知を受け取ります。",
        ),
        Audience::Staff => (
            "Madoguchi: staff",
            "職員のAPI。審査・起案・決裁を行い、件数を登録し、指標を読みます。",
        ),
    };
    let mut info = Info::new(title, env!("CARGO_PKG_VERSION"));
    info.description = Some(description.to_owned());
    info.license = Some(License::new("MIT OR Apache-2.0"));
    let base = OpenApiBuilder::new()
        .info(info)
        .components(Some(Components::new()))
        .build();
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(base)
        .configure(operations(audience))
        .split_for_parts();
    complete(&mut document);
    document
}

/// Adds what all operations share: problems, the bearer token, the answer to infrastructure failures.
fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    let mut schemas = vec![("Problem".to_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let bearer = Http::new(HttpAuthScheme::Bearer);
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.patch,
            &mut item.delete,
            &mut item.put,
        ];
        for operation in operations.into_iter().flatten() {
            add_default_problem(operation);
        }
    }
}

/// 408, 500 and 503 can befall every operation and say nothing particular about it.
fn add_default_problem(operation: &mut Operation) {
    let response = ResponseBuilder::new()
        .description("408, 500 or 503: the request stalled, or a part of the system is away")
        .content(
            "application/problem+json",
            Content::new(Some(Ref::from_schema_name("Problem"))),
        )
        .build();
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(response));
}
