//! What only a real connection shows.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::{Audience, TestApp, begin};

const CARE: &str = "long-term-care-certification-renewal";

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

/// The head of an upload whose body is to come.
fn upload_head(path: &str, token: &str) -> String {
    format!(
        "POST {path}/attachments?field=/insurance_card_copy&name=a.pdf HTTP/1.1\r\nhost: x\r\n\
         authorization: Bearer {token}\r\ncontent-type: application/octet-stream\r\n\
         content-length: 100000\r\n\r\n%PDF-1.7"
    )
}

/// Reads what the server has to say, and no further.
fn first_words(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

fn connected(address: SocketAddr, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[actix_web::test]
async fn a_file_that_comes_drop_by_drop_is_given_up() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CARE).await;
    let served = app.serve(Audience::Resident).await;
    let (address, head) = (served.address, upload_head(&path, hanako.token()));
    let drip = move || {
        let mut stream = connected(address, &head);
        // A byte more often than the limit of 0.5 s; the server stops listening at some of them.
        for _ in 0..15 {
            std::thread::sleep(Duration::from_millis(100));
            let _ = stream.write_all(b".");
        }
        first_words(&mut stream)
    };
    let answer = actix_web::web::block(drip).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("body_timeout"), "{answer}");
}

#[actix_web::test]
async fn two_hundred_that_stall_hold_nobody_up() {
    let mut app = TestApp::new().await;
    // Much longer than what the others may have to wait.
    app.services.limits.timeout = Duration::from_secs(6);
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CARE).await;
    let served = app.serve(Audience::Resident).await;
    let (address, head) = (served.address, upload_head(&path, hanako.token()));
    let stall = move || (0..200).map(|_| connected(address, &head)).collect();
    let stalled: Vec<TcpStream> = actix_web::web::block(stall).await.unwrap();
    let others = served.anonymous().with_token(hanako.token());
    let all_served = async {
        for _ in 0..20 {
            others.get("/v1/me").await.expect(200);
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(4), all_served);
    assert!(in_time.await.is_ok(), "somebody waits for those who stall");
    let hear = move || -> Vec<String> {
        let streams = stalled.into_iter();
        streams.map(|mut stream| first_words(&mut stream)).collect()
    };
    let answers = actix_web::web::block(hear).await.unwrap();
    let given_up = answers
        .iter()
        .filter(|answer| answer.starts_with("HTTP/1.1 408"));
    assert_eq!(given_up.count(), 200);
}

#[actix_web::test]
async fn what_is_not_http_gets_no_further() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let (answer, _) = exchange(served.address, "nonsense\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}
