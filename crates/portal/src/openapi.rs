//! The OpenAPI documents, made from the very routes that are served.

use actix_web::App;
use auth::Audience;
use auth::policy::{Access, RULES};
use platform::problem::Problem;
use serde_json::json;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, Content, Info, License, Object, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    Required, Response, ResponseBuilder,
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
            "職員のAPI。審査・起案・決裁を行い、件数を登録し、指標を読み、様式を管理します。",
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
    complete(&mut document, audience);
    document
}

/// Adds what all operations share: problems, token and cookie, rate limits, the answer to infrastructure failures.
fn complete(document: &mut OpenApi, audience: Audience) {
    let components = document.components.get_or_insert_default();
    let mut schemas = vec![("Problem".to_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let bearer = Http::new(HttpAuthScheme::Bearer);
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    components.add_security_scheme("cookie", session_cookie(audience));
    let refused = (LIMITED.to_owned(), RefOr::T(rate_limited()));
    components.responses.extend([refused]);
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.patch,
            &mut item.delete,
            &mut item.put,
        ];
        for operation in operations.into_iter().flatten() {
            allow_cookie(operation);
            match audience {
                Audience::Resident => take_mandate(operation),
                Audience::Staff => name_roles(operation),
            }
            add_default_problem(operation);
            refer_to_rate_limited(operation);
        }
    }
}

/// Web pages have a session instead of tokens.
fn session_cookie(audience: Audience) -> SecurityScheme {
    let name = match audience {
        Audience::Resident => "__Host-session",
        Audience::Staff => "__Host-staff-session",
    };
    let description =
        "Of a web page's login; with what changes something, `Origin` must be a page of the city's";
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
        name,
        description,
    )))
}

/// Whatever takes a token takes the cookie, too.
fn allow_cookie(operation: &mut Operation) {
    if let Some(alternatives) = &mut operation.security {
        alternatives.push(SecurityRequirement::new("cookie", [""; 0]));
    }
}

/// Says in `x-roles` which roles admit staff to the operation; in `x-roles-by-procedure`, where one for some procedures does, too.
fn name_roles(operation: &mut Operation) {
    let id = operation.operation_id.as_deref();
    let mut rules = RULES
        .iter()
        .filter(|rule| rule.listener == Audience::Staff.listener());
    let rule = rules.find(|rule| Some(rule.operation) == id);
    let (name, roles) = match rule.map(|rule| rule.access) {
        Some(Access::Staff(roles)) => ("x-roles", roles),
        Some(Access::StaffByProcedure(roles)) => ("x-roles-by-procedure", roles),
        Some(Access::Anyone | Access::Resident) | None => return,
    };
    let mut names: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
    names.sort_unstable();
    let extensions = operation.extensions.get_or_insert_default();
    extensions.insert(name.to_owned(), json!(names));
}

/// What one may also do for somebody else takes the mandate in a header.
fn take_mandate(operation: &mut Operation) {
    let id = operation.operation_id.as_deref();
    if !id.is_some_and(|id| auth::policy::ON_BEHALF.contains(&id)) {
        return;
    }
    let header = ParameterBuilder::new()
        .name("on-behalf-of")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The mandate under which one acts for somebody else; absent: for oneself",
        ))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))),
        ))
        .example(Some(json!("0192f0c1-2345-7abc-8def-0123456789ab")))
        .build();
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(RefOr::T(header));
    let refused = ResponseBuilder::new()
        .description("The mandate named in `On-Behalf-Of` does not hold, or not for this")
        .content("application/problem+json", problem_content())
        .build();
    let responses = &mut operation.responses.responses;
    responses.insert("403".to_owned(), RefOr::T(refused));
}

const LIMITED: &str = "TooManyRequests";
const LIMITED_WHEN: &str = "Too many requests of this kind from this address or person";

/// The refusal by a rate limit, which can befall every operation as well, and says when to come again.
fn rate_limited() -> Response {
    let header = |kind, description: &str| {
        let mut header = Header::new(Object::with_type(kind));
        header.description = Some(description.to_owned());
        header
    };
    let seconds = header(Type::Integer, "Seconds after which to try again");
    let standing =
        "What is left: \"address\" or \"account\", r requests, all of them again in t seconds";
    let policy = "The limits: \"address\" or \"account\", q requests in w seconds";
    ResponseBuilder::new()
        .description(LIMITED_WHEN)
        .header("retry-after", seconds)
        .header("ratelimit", header(Type::String, standing))
        .header("ratelimit-policy", header(Type::String, policy))
        .content("application/problem+json", problem_content())
        .build()
}

fn refer_to_rate_limited(operation: &mut Operation) {
    let mut limited = Ref::from_response_name(LIMITED);
    limited.description = LIMITED_WHEN.to_owned();
    let responses = &mut operation.responses.responses;
    responses.insert("429".to_owned(), RefOr::Ref(limited));
}

fn problem_content() -> Content {
    Content::new(Some(Ref::from_schema_name("Problem")))
}

/// 408, 500 and 503 can befall every operation and say nothing particular about it.
fn add_default_problem(operation: &mut Operation) {
    let response = ResponseBuilder::new()
        .description("408, 500 or 503: the request stalled, or a part of the system is away")
        .content("application/problem+json", problem_content())
        .build();
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(response));
}
