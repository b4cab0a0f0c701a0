//! The three listeners, from binding to graceful shutdown.

use std::net::{SocketAddr, TcpListener};

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer};
use auth::Audience;
use futures_util::future::{join_all, try_join_all};
use platform::config::Config;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::ops::{self, Documents};
use crate::services::{Services, StartError};
use crate::{application, worker};

/// Sockets that are bound and not yet answered.
#[derive(Debug)]
pub struct Listening {
    resident: TcpListener,
    staff: TcpListener,
    ops: TcpListener,
}

impl Listening {
    /// Binds the addresses of the configuration.
    ///
    /// # Errors
    /// Names the variable whose address cannot be used.
    pub fn bind(config: &Config) -> Result<Self, StartError> {
        Ok(Self {
            resident: bind("MADOGUCHI_RESIDENT_ADDR", config.resident_addr)?,
            staff: bind("MADOGUCHI_STAFF_ADDR", config.staff_addr)?,
            ops: bind("MADOGUCHI_OPS_ADDR", config.ops_addr)?,
        })
    }
}

fn bind(variable: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|source| StartError::Bind {
        variable,
        address,
        source,
    })
}

/// Serves until `told` completes, then finishes the requests and jobs in hand.
///
/// # Errors
/// When a listener fails.
pub async fn serve(
    config: &Config,
    services: &Services,
    listening: Listening,
    with_worker: bool,
    told: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let stop = CancellationToken::new();
    let working = tokio::spawn(beside(services.clone(), stop.clone(), with_worker));
    let servers = start(config, services, listening)?;
    let handles: Vec<_> = servers.iter().map(Server::handle).collect();
    tokio::spawn(stop_when_told(told, handles, stop.clone()));
    tracing::info!(
        resident = services.resident_realm.base_url,
        staff = services.staff_realm.base_url,
        ops = %format!("http://{}", config.ops_addr),
        "listening"
    );
    try_join_all(servers).await?;
    stop.cancel();
    finish(working, config.shutdown_timeout).await;
    Ok(())
}

/// What a serving process does beside answering.
async fn beside(services: Services, stop: CancellationToken, with_worker: bool) {
    if with_worker {
        worker::background(services, stop).await;
    } else {
        worker::follow_keys(&services, &stop).await;
    }
}

/// Waits for a background task that has been told to stop.
pub(crate) async fn finish(task: tokio::task::JoinHandle<()>, limit: std::time::Duration) {
    if tokio::time::timeout(limit, task).await.is_err() {
        tracing::warn!(
            "a job was still in hand at the end of the shutdown time; its lease will pass on"
        );
    }
}

/// Completes when the process is told to stop.
pub(crate) async fn told_to_stop() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Completes when standard input ends: whoever holds its other end is gone.
pub(crate) async fn stdin_closed() {
    let closed = CancellationToken::new();
    let reader = closed.clone();
    // Not tokio's: a read in hand would hold up the end of the runtime.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        reader.cancel();
    });
    closed.cancelled().await;
}

async fn stop_when_told(
    told: impl Future<Output = ()>,
    handles: Vec<ServerHandle>,
    stop: CancellationToken,
) {
    told.await;
    tracing::info!("stopping: finishing what is in hand");
    stop.cancel();
    join_all(handles.iter().map(|handle| handle.stop(true))).await;
}

fn start(
    config: &Config,
    services: &Services,
    listening: Listening,
) -> Result<Vec<Server>, StartError> {
    let for_residents = services.clone();
    let for_staff = services.clone();
    let for_operators = services.clone();
    let documents = Documents::new().map_err(StartError::Documents)?;
    Ok(vec![
        run(config, listening.resident, move || {
            application::application(&for_residents.on_this_thread(), Audience::Resident)
        })?,
        run(config, listening.staff, move || {
            application::application(&for_staff.on_this_thread(), Audience::Staff)
        })?,
        run(config, listening.ops, move || {
            ops::application(&for_operators, &documents)
        })?,
    ])
}

fn run<F, T>(config: &Config, listener: TcpListener, factory: F) -> Result<Server, StartError>
where
    F: Fn() -> App<T> + Send + Clone + 'static,
    T: actix_web::dev::ServiceFactory<
            actix_web::dev::ServiceRequest,
            Config = (),
            Response = actix_web::dev::ServiceResponse,
            Error = actix_web::Error,
            InitError = (),
        > + 'static,
{
    let server = HttpServer::new(factory)
        .workers(config.http_workers)
        .shutdown_timeout(config.shutdown_timeout.as_secs())
        .disable_signals()
        .server_hostname("madoguchi")
        .listen(listener)?;
    Ok(server.run())
}
