//! The application of a listener, without its port.

use std::rc::Rc;

use actix_web::body::BoxBody;
use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::test::{TestRequest, init_service};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use portal::Services;
use portal::auth::Audience;

/// The real application of a listener, answering in process.
pub(crate) type Answering =
    Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>>;

pub(crate) async fn answering(services: &Services, audience: Audience) -> Answering {
    let application = portal::application::application(services, audience);
    let service = Rc::new(init_service(application).await);
    Rc::new(move |request| {
        let service = Rc::clone(&service);
        async move {
            let request = request.to_request();
            service.call(request).await.unwrap_or_else(|error| {
                let http = TestRequest::default().to_http_request();
                ServiceResponse::new(http, error.error_response())
            })
        }
        .boxed_local()
    })
}
