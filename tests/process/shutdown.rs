//! SIGTERM: no new work, and the work in hand to its end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use tests::Program;

#[actix_web::test]
async fn a_request_in_hand_is_answered_before_the_program_ends() {
    let program = Program::new().await;
    let running = program.serve().await;
    let body = r#"{"refresh_token":"x"}"#;
    let (first, rest) = body.split_at(5);
    let mut stream = TcpStream::connect(program.resident_address()).unwrap();
    let head = format!(
        "POST /v1/auth/logout HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{first}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.terminate();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    drop(stream);
    assert!(running.ended().await.success());
    assert!(TcpStream::connect(program.resident_address()).is_err());
}
