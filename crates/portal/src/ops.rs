//! The operators' listener: health, metrics, API documentation.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, Resource, Route};
use auth::Audience;
use diesel_async::SimpleAsyncConnection as _;
use platform::telemetry::{Listener, Metrics, observe};
use platform::{Code, Database, Error, Result};
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

use crate::openapi::document;
use crate::services::Services;

const RESIDENT_JSON: &str = "/openapi/resident.json";
const STAFF_JSON: &str = "/openapi/staff.json";

/// The OpenAPI documents as they are sent: made once, for they are large.
#[derive(Clone)]
pub(crate) struct Documents {
    resident: Bytes,
    staff: Bytes,
}

impl Documents {
    /// # Errors
    /// When a document cannot be written as JSON.
    pub(crate) fn new() -> serde_json::Result<Self> {
        let json = |audience| document(audience).to_json().map(Bytes::from);
        Ok(Self {
            resident: json(Audience::Resident)?,
            staff: json(Audience::Staff)?,
        })
    }
}

/// The application of the operators' listener.
pub(crate) fn application(
    services: &Services,
    documents: &Documents,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .app_data(Listener::Ops)
        .app_data(services.clock.clone())
        .app_data(services.metrics.clone())
        .app_data(Data::new(services.clone()))
        .service(only_get("/healthz").route(web::get().to(healthz)))
        .service(only_get("/readyz").route(web::get().to(readyz)))
        .service(only_get("/metrics").route(web::get().to(metrics)))
        .service(web::redirect("/", "/docs/"))
        .service(only_get(RESIDENT_JSON).route(sends(documents.resident.clone())))
        .service(only_get(STAFF_JSON).route(sends(documents.staff.clone())))
        .service(SwaggerUi::new("/docs/{_:.*}").config(Config::new([
            Url::new("resident", RESIDENT_JSON),
            Url::new("staff", STAFF_JSON),
        ])))
        .default_service(web::to(no_route))
        .wrap(from_fn(document_pages))
        .wrap(from_fn(observe))
}

/// Swagger UI brings scripts and styles, and says nothing about a file that is not there.
async fn document_pages(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let is_page = request.path().starts_with("/docs/");
    let mut response = next.call(request).await?.map_into_boxed_body();
    if !is_page {
        return Ok(response);
    }
    if response.status() == StatusCode::NOT_FOUND {
        let missing = Error::new(Code::NotFound);
        return Ok(ServiceResponse::from_err(missing, response.into_parts().0));
    }
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("frame-ancestors 'none'"),
    );
    Ok(response)
}

fn sends(document: Bytes) -> Route {
    web::get().to(move || {
        let document = document.clone();
        async move {
            HttpResponse::Ok()
                .content_type("application/json")
                .body(document)
        }
    })
}

fn only_get(path: &str) -> Resource {
    web::resource(path).default_service(web::to(only_get_is_allowed))
}

async fn only_get_is_allowed() -> Result<&'static str> {
    let allow = HeaderValue::from_static("GET");
    Err(Error::new(Code::MethodNotAllowed).header(header::ALLOW, allow))
}

async fn no_route() -> Result<&'static str> {
    Err(Code::NotFound.into())
}

/// The process is alive.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({"status": "alive"}))
}

/// The process can do its work: the database answers.
async fn readyz(services: Data<Services>) -> Result<HttpResponse> {
    let mut conn = services.database.connection().await?;
    conn.batch_execute("SELECT 1")
        .await
        .map_err(|error| Error::new(Code::Unavailable).because(error))?;
    Ok(HttpResponse::Ok().json(serde_json::json!({"status": "ready"})))
}

async fn metrics(services: Data<Services>) -> Result<HttpResponse> {
    gauge_connections(&services.database, &services.metrics);
    if let Err(error) = gauge_backlog(&services).await {
        tracing::warn!(error.cause = %error, "the backlog cannot be measured");
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(services.metrics.render()?))
}

fn gauge_connections(database: &Database, metrics: &Metrics) {
    let (open, in_use) = database.usage();
    let gauge = |state, value: usize| {
        let gauge = metrics.database_connections.with_label_values(&[state]);
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    };
    gauge("open", open);
    gauge("in_use", in_use);
}

/// From the database, so that any process tells the same; absent when it cannot be asked.
async fn gauge_backlog(services: &Services) -> Result<()> {
    let metrics = &services.metrics;
    metrics.jobs.reset();
    metrics.audit_unsealed.reset();
    let mut conn = services.database.connection().await?;
    let jobs = jobs::counts(&mut conn).await?;
    let unsealed = audit::unsealed(&mut conn).await?;
    let gauge = |state, value| metrics.jobs.with_label_values(&[state]).set(value);
    gauge("waiting", jobs.waiting);
    gauge("dead", jobs.dead);
    let unlabelled = metrics.audit_unsealed.with_label_values::<&str>(&[]);
    unlabelled.set(unsealed);
    Ok(())
}
