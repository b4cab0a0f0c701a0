use jobs::mail::{MailAddress, Mailer, NeutralText, Notice, SendError, VerificationCode};
use platform::Clock;

use super::*;

/// What a resident's mail must never hold.
const CANARIES: [&str; 6] = [
    "山田",
    "花子",
    "児童手当",
    "小川町",
    "K-2026-000001",
    "applications",
];

fn mailer(catcher: &MailCatcher) -> Mailer {
    let portal = "https://portal.city.example";
    Mailer::new(&catcher.smtp_url(), "portal@city.example", portal).unwrap()
}

fn post() -> Notice {
    Notice::YouHavePost {
        sender: NeutralText::sender_label("子育て支援課"),
        due: true,
    }
}

async fn send(mailer: &Mailer, promise: &str, notice: &Notice) -> Result<(), SendError> {
    let to: MailAddress = "hanako@kodaira.example".parse().unwrap();
    mailer.send(promise, &to, notice, Clock::real().now()).await
}

#[tokio::test]
async fn a_mail_in_japanese_arrives_as_it_was_written() {
    let catcher = catcher().await;
    let mailer = mailer(&catcher);
    send(&mailer, "p:1", &post()).await.unwrap();
    let mails = catcher.mails();
    let mail = &mails[0];
    assert_eq!(mail.from, "portal@city.example");
    assert_eq!(mail.to, ["hanako@kodaira.example"]);
    assert_eq!(mail.subject, "デジタルポストにお知らせが届きました");
    let first = "子育て支援課からのお知らせが、デジタルポストに届きました。\n期限のある";
    assert!(mail.body.starts_with(first), "{}", mail.body);
    assert!(mail.body.contains("\nhttps://portal.city.example\n"));
    assert_eq!(format!("<{}>", mail.message_id), mailer.message_id("p:1"));
    assert!(mail.raw.contains("Auto-Submitted: auto-generated\r\n"));
}

#[tokio::test]
async fn nothing_personal_is_in_any_mail() {
    let catcher = catcher().await;
    let mailer = mailer(&catcher);
    let code = VerificationCode::from_digits("012345").unwrap();
    send(&mailer, "p:1", &post()).await.unwrap();
    send(&mailer, "p:2", &Notice::VerifyAddress { code })
        .await
        .unwrap();
    let mails = catcher.mails();
    assert_eq!(mails.len(), 2);
    for mail in mails {
        for canary in CANARIES {
            let shown = [&mail.subject, &mail.body, &mail.raw];
            assert!(!shown.iter().any(|text| text.contains(canary)), "{canary}");
        }
        let names = mail.body.matches("hanako").count() + mail.subject.matches("hanako").count();
        assert_eq!(names, 0);
    }
}

#[tokio::test]
async fn the_same_promise_is_the_same_mail() {
    let catcher = catcher().await;
    let mailer = mailer(&catcher);
    for _ in 0..2 {
        send(&mailer, "p:1", &post()).await.unwrap();
    }
    let mails = catcher.mails();
    assert_eq!(mails[0].message_id, mails[1].message_id);
    assert_eq!(mails[0].body, mails[1].body);
}

#[tokio::test]
async fn a_refusal_tells_whether_to_try_again_and_not_whom_it_was_for() {
    let catcher = catcher().await;
    let mailer = mailer(&catcher);
    let mut told = Vec::new();
    for refusal in [Refusal::Busy, Refusal::NoSuchMailbox, Refusal::Rejected] {
        catcher.refuse_next(1, refusal);
        told.push(send(&mailer, "p:1", &post()).await.unwrap_err());
    }
    assert!(matches!(
        told.as_slice(),
        [
            SendError::Later(_),
            SendError::NoSuchMailbox(_),
            SendError::Never(_)
        ]
    ));
    let texts: Vec<_> = told.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "internal_error: the mail server answered 451 4.3.2",
            "internal_error: the mail server answered 550 5.1.1",
            "internal_error: the mail server answered 554 5.7.1",
        ]
    );
    assert!(catcher.mails().is_empty());
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_asked_again_later() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let mailer = Mailer::new(&url, "portal@city.example", "https://portal.example").unwrap();
    let told = send(&mailer, "p:1", &post()).await.unwrap_err();
    assert!(matches!(told, SendError::Later(_)), "{told}");
}
