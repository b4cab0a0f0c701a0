//! A listener on a real socket with several threads: for races and for slow bodies.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, LazyLock};

use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use portal::auth::Audience;

use crate::app::TestApp;
use crate::background::off_this_runtime;
use crate::call::{Client, Transport};
use crate::response::Response;

/// Connections are not kept: each would belong to the runtime of the test that opened it.
static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| http_from(None));

fn http_from(address: Option<IpAddr>) -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .no_proxy()
        .local_address(address)
        .build()
        .unwrap()
}

pub(crate) fn http() -> &'static reqwest::Client {
    &HTTP
}

/// A listener that accepts connections until the last clone is dropped.
#[derive(Clone)]
pub struct Served {
    /// Whose listener it is.
    pub audience: Audience,
    /// Where it listens.
    pub address: SocketAddr,
    http: reqwest::Client,
    _server: Option<Arc<StopsWhenDropped>>,
}

struct StopsWhenDropped(ServerHandle);

impl Drop for StopsWhenDropped {
    fn drop(&mut self) {
        drop(self.0.stop(false));
    }
}

impl TestApp {
    /// Serves a listener on a free port, four threads wide.
    pub async fn serve(&self, audience: Audience) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let services = self.services.clone();
        let handle = off_this_runtime(async move {
            let factory = move || portal::application::application(&services, audience);
            let server = HttpServer::new(factory).workers(4).disable_signals();
            let server = server.listen(listener).unwrap().run();
            let handle = server.handle();
            tokio::spawn(server);
            handle
        })
        .await;
        Served {
            audience,
            address,
            http: http().clone(),
            _server: Some(Arc::new(StopsWhenDropped(handle))),
        }
    }
}

impl Served {
    /// A listener of another process.
    pub(crate) fn elsewhere(audience: Audience, address: SocketAddr) -> Self {
        Self {
            audience,
            address,
            http: http().clone(),
            _server: None,
        }
    }

    /// The same listener, asked from another address of this machine.
    #[must_use]
    pub fn from_address(&self, address: &str) -> Self {
        let mut served = self.clone();
        served.http = http_from(Some(address.parse().unwrap()));
        served
    }

    /// Whoever has not logged in, over the socket.
    pub fn anonymous(&self) -> Client {
        Client::new(self.audience, Transport::Socket(self.clone()))
    }

    /// The error is that no answer came.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> reqwest::Result<Response> {
        let method = method.parse().unwrap();
        let url = format!("http://{}{path}", self.address);
        let mut request = self.http.request(method, url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        read(request.body(body).send().await?).await
    }
}

/// The whole of an answer.
pub(crate) async fn read(answer: reqwest::Response) -> reqwest::Result<Response> {
    let status = answer.status().as_u16();
    let headers = answer.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("?").to_owned()))
        .collect();
    let body = answer.bytes().await?;
    Ok(Response::new(status, headers, body.to_vec()))
}
