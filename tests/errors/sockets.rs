//! What only a real connection shows.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::{Audience, TestApp};

/// Sends raw bytes and reads until the server has nothing more to say.
async fn exchange(address: SocketAddr, request: &'static str) -> (String, Duration) {
    let talk = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let started = Instant::now();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = vec![0; 16 * 1024];
        let length = stream.read(&mut answer).unwrap();
        (
            String::from_utf8_lossy(&answer[..length]).into_owned(),
            started.elapsed(),
        )
    };
    actix_web::web::block(talk).await.unwrap()
}

#[actix_web::test]
async fn a_body_that_does_not_arrive_is_given_up() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let request = "POST /v1/auth/logout HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                   content-length: 100\r\n\r\n{\"refresh";
    let (answer, waited) = exchange(served.address, request).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(body["code"], "body_timeout");
    assert!(waited >= Duration::from_millis(450), "{waited:?}");
}

#[actix_web::test]
async fn a_chunked_body_is_limited_too() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let request = "POST /v1/auth/logout HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                   transfer-encoding: chunked\r\n\r\n";
    let chunk: &'static str =
        Box::leak(format!("{request}20000\r\n{}", "x".repeat(0x20000)).into_boxed_str());
    let (answer, _) = exchange(served.address, chunk).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[actix_web::test]
async fn what_is_not_http_gets_no_further() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let (answer, _) = exchange(served.address, "nonsense\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}
