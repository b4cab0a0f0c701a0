//! The two public applications, as listeners and tests use them.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, web};
use auth::Audience;
use platform::extract::app_state;
use platform::telemetry::{Listener, OverTls, observe};
use platform::{Code, Error};
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::services::Services;

/// The application of a listener for people.
pub fn application(
    services: &Services,
    audience: Audience,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let realm = services.realm(audience);
    let listener = realm.listener();
    let over_tls = realm.base_url.starts_with("https://");
    App::new()
        .app_data(listener)
        .app_data(services.metrics.clone())
        .configure(|config| services.register(config, audience))
        .configure(|config| {
            if over_tls {
                config.app_data(OverTls);
            }
        })
        .into_utoipa_app()
        .configure(operations(audience))
        .into_app()
        .default_service(web::to(no_route))
        .wrap(from_fn(auth::admit))
        .wrap(from_fn(auth::throttle))
        .wrap(from_fn(observe))
}

/// All operations of a listener.
pub(crate) fn operations(audience: Audience) -> fn(&mut ServiceConfig<'_>) {
    match audience {
        Audience::Resident => |config| {
            keys::routes::register(config);
            auth::routes::register_resident(config);
            forms::routes::register_resident(config);
            applications::register_resident(config);
            digital_post::routes::register_resident(config);
            kpi::routes::register_resident(config);
            documents::routes::register_resident(config);
        },
        Audience::Staff => |config| {
            keys::routes::register(config);
            auth::routes::register_staff(config);
            forms::routes::register_staff(config);
            applications::register_staff(config);
            digital_post::routes::register_staff(config);
            kpi::routes::register_staff(config);
        },
    }
}

/// 405 with the methods the path answers to, or 404.
async fn no_route(request: HttpRequest) -> Result<&'static str, Error> {
    let listener: Listener = app_state(&request)?;
    let methods = auth::policy::allowed_methods(listener, request.path());
    if methods.is_empty() {
        return Err(Code::NotFound.into());
    }
    let allow = HeaderValue::from_str(&methods.join(", ")).map_err(Error::internal)?;
    Err(Error::new(Code::MethodNotAllowed).header(header::ALLOW, allow))
}
