use demo::mail_catcher::{Mail, MailCatcher};

/// The code a mail brings: digits and capitals, in groups or not, on a line of its own.
pub fn code_in(mail: &Mail) -> String {
    let is_code = |line: &&str| {
        line.len() >= 6
            && line
                .bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'-')
    };
    mail.body.lines().find(is_code).unwrap().to_owned()
}

/// The code in the mail that came last.
pub fn newest_code(catcher: &MailCatcher) -> String {
    code_in(catcher.mails().last().unwrap())
}
