use super::*;

const PORTAL: &str = "https://portal.city.example";
const PROMISE: &str = "digital_post.you_have_post:0192f0c1-2345-7abc-8def-0123456789ab";

fn mailer() -> Mailer {
    Mailer::new("smtp://127.0.0.1:25", "portal@city.example", PORTAL).unwrap()
}

fn post(sender: &str, due: bool) -> Notice {
    let sender = NeutralText::sender_label(sender);
    Notice::YouHavePost { sender, due }
}

fn code() -> Notice {
    let code = VerificationCode::from_digits("012345").unwrap();
    Notice::VerifyAddress { code }
}

fn raw(notice: &Notice) -> String {
    let to = "hanako@kodaira.example".parse().unwrap();
    let message = mailer().message(PROMISE, &to, notice, DateTime::UNIX_EPOCH);
    String::from_utf8(message.unwrap().formatted()).unwrap()
}

fn headers(notice: &Notice) -> Vec<String> {
    let raw = raw(notice);
    let (head, _) = raw.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let name = |line: &str| line.split_once(':').unwrap().0.to_owned();
    unfolded.split("\r\n").map(name).collect()
}

const HEADERS: [&str; 9] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

#[test]
fn a_text_consists_of_the_template_the_sender_and_the_portal_and_nothing_else() {
    let said = post("子育て支援課", false).body(PORTAL);
    let rest = said.replacen("子育て支援課", "", 1).replacen(PORTAL, "", 1);
    assert_eq!(rest, post("", false).body(""));
    assert_eq!(rest.len() + "子育て支援課".len() + PORTAL.len(), said.len());
    assert!(!said.contains('@'), "{said}");
}

#[test]
fn a_due_day_is_announced_without_naming_it() {
    let (with, without) = (post("課", true).body(""), post("課", false).body(""));
    assert!(with.contains("期限のあるお知らせです。"));
    assert!(!without.contains("期限"));
    assert!(!with.chars().any(|character| character.is_ascii_digit()));
}

#[test]
fn the_code_is_in_the_body_and_not_in_the_subject() {
    assert!(code().body(PORTAL).contains("\n012345\n"));
    assert!(code().body(PORTAL).contains("15分間"));
    assert!(!code().subject().contains("012345"));
}

#[test]
fn the_message_id_is_the_same_at_every_attempt_and_another_for_another_promise() {
    let id = mailer().message_id(PROMISE);
    assert_eq!(id, mailer().message_id(PROMISE));
    assert_ne!(id, mailer().message_id("auth.send_code:1"));
    assert!(raw(&post("課", false)).contains(&format!("Message-ID: {id}\r\n")));
    let (hash, host) = id.trim_matches(['<', '>']).split_once('@').unwrap();
    assert_eq!((hash.len(), host), (64, "portal.city.example"));
}

#[test]
fn control_characters_in_a_name_reach_no_header_and_panic_nothing() {
    for name in [
        "課\r\nBcc: all@city.example",
        "課\nBcc: all@city.example",
        "課\0",
        "\r\n\r\nbody",
    ] {
        let notice = post(name, false);
        assert_eq!(headers(&notice), HEADERS, "{name:?}");
        assert!(!notice.body(PORTAL).contains("\nBcc"), "{name:?}");
        assert!(!notice.body(PORTAL).contains(['\r', '\0']), "{name:?}");
    }
}

#[test]
fn a_label_is_cut_at_sixty_characters() {
    let long = NeutralText::sender_label(&"課".repeat(61));
    assert_eq!(long, NeutralText::sender_label(&"課".repeat(60)));
}

#[test]
fn a_drawn_code_is_six_digits() {
    let randomness = platform::Randomness::seeded(7);
    for _ in 0..200 {
        let code = VerificationCode::draw(&randomness).unwrap();
        assert_eq!(
            VerificationCode::from_digits(code.as_str()),
            Some(code.clone())
        );
    }
    for text in ["", "12345", "1234567", "12345a", "１２３４５６", " 12345"] {
        assert!(VerificationCode::from_digits(text).is_none(), "{text:?}");
    }
}

#[test]
fn a_sender_with_a_display_name_or_line_breaks_is_refused() {
    for from in [
        "",
        "窓口 <portal@city.example>",
        "portal@city.example\r\nBcc: x@city.example",
    ] {
        let refused = Mailer::new("smtp://127.0.0.1", from, PORTAL);
        assert!(matches!(refused, Err(SettingsError::From(_))), "{from:?}");
    }
}

#[test]
fn a_password_is_not_sent_in_the_clear_nor_repeated() {
    let new = |url: &str| Mailer::new(url, "portal@city.example", PORTAL);
    for url in [
        "smtp://user:secret@mail.example",
        "smtp://user:secret@mail.example?tls=opportunistic",
        "http://user:secret@mail.example",
        "smtp://user:secret@:25",
    ] {
        let refused = new(url).unwrap_err().to_string();
        assert!(refused.starts_with("MADOGUCHI_SMTP_URL"), "{refused}");
        assert!(!refused.contains("secret"), "{refused}");
    }
    assert!(new("smtps://user:secret@mail.example").is_ok());
    assert!(new("smtp://user:secret@mail.example:587?tls=required").is_ok());
    let shown = format!("{:?}", new("smtps://user:secret@mail.example").unwrap());
    assert!(!shown.contains("secret"), "{shown}");
}
