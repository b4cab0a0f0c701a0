//! The catcher alone, with the portal's mailer, and with its queue.

mod mailer;
mod queue;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use super::*;

pub(super) async fn catcher() -> MailCatcher {
    MailCatcher::open(([127, 0, 0, 1], 0).into()).await.unwrap()
}

/// Says each line and answers the status codes, the greeting's first.
async fn say(catcher: &MailCatcher, lines: &[&str]) -> Vec<String> {
    let stream = TcpStream::connect(catcher.address).await.unwrap();
    let mut stream = BufReader::new(stream);
    let mut codes = vec![code(&mut stream).await];
    for line in lines {
        let line = format!("{line}\r\n");
        stream.get_mut().write_all(line.as_bytes()).await.unwrap();
        codes.push(code(&mut stream).await);
    }
    codes
}

async fn code(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            return line.chars().take(3).collect();
        }
    }
}

#[tokio::test]
async fn a_mail_is_caught_without_the_dots_that_were_stuffed_in() {
    let catcher = catcher().await;
    let mail = "From: <a@city.example>\r\nSubject: Hi\r\n\r\n..one\r\n...\r\ntwo\r\n.";
    let codes = say(
        &catcher,
        &[
            "EHLO client",
            "MAIL FROM:<a@city.example> SIZE=10",
            "RCPT TO:<b@city.example>",
            "rcpt to:<c@city.example>",
            "DATA",
            mail,
            "QUIT",
        ],
    )
    .await;
    assert_eq!(
        codes,
        ["220", "250", "250", "250", "250", "354", "250", "221"]
    );
    let mails = catcher.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["b@city.example", "c@city.example"]);
    assert_eq!(mails[0].subject, "Hi");
    assert_eq!(mails[0].body, ".one\n..\ntwo\n");
}

#[tokio::test]
async fn commands_out_of_order_or_unknown_are_refused() {
    let catcher = catcher().await;
    let codes = say(
        &catcher,
        &[
            "HELO client",
            "RCPT TO:<b@city.example>",
            "DATA",
            "MAIL a@city.example",
            "MAIL FROM:<>",
            "MAIL FROM:<a@city.example>",
            "RCPT TO:<>",
            "DATA",
            "RSET",
            "RCPT TO:<b@city.example>",
            "NOOP",
            "VRFY b",
            "",
        ],
    )
    .await;
    assert_eq!(
        codes,
        [
            "220", "250", "503", "503", "501", "250", "503", "501", "503", "250", "503", "250",
            "502", "502"
        ]
    );
    assert!(catcher.mails().is_empty());
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_the_next_mail_is_caught() {
    let catcher = catcher().await;
    let line = "x".repeat(998);
    let large = [line.as_str(); 1_060].join("\r\n");
    let large = format!("From: <a@city.example>\r\n\r\n{large}\r\n.");
    let small = "From: <a@city.example>\r\n\r\nsmall\r\n.";
    let (mail, rcpt) = ("MAIL FROM:<a@city.example>", "RCPT TO:<b@city.example>");
    let codes = say(
        &catcher,
        &[mail, rcpt, "DATA", &large, mail, rcpt, "DATA", small],
    )
    .await;
    assert_eq!(
        codes,
        [
            "220", "250", "250", "354", "554", "250", "250", "354", "250"
        ]
    );
    assert_eq!(catcher.mails().len(), 1);
}

#[tokio::test]
async fn an_endless_line_ends_the_conversation() {
    let catcher = catcher().await;
    let codes = say(&catcher, &[&"x".repeat(3_000)]).await;
    assert_eq!(codes, ["220", ""]);
}
