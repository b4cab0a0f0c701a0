//! What the person in front of the terminal sees.
#![expect(
    clippy::print_stdout,
    reason = "the tour speaks to the person in front of the terminal"
)]

use serde_json::Value;

use crate::mail_catcher::Mail;

/// A headline over some steps.
pub(crate) fn chapter(title: &str) {
    println!("\n━━ {title} ━━");
}

/// One request and the interesting part of its answer.
pub(crate) fn step(title: &str, request: &str, status: u16) {
    println!("\n▶ {title}\n    {request} → {status}");
}

/// A part of an answer, named by its JSON Pointer.
pub(crate) fn part(pointer: &str, value: &Value) {
    let text = match value {
        Value::String(text) => text.replace('\n', "\n        "),
        other => other.to_string(),
    };
    let text: String = if text.chars().count() > 400 {
        text.chars().take(400).chain("…".chars()).collect()
    } else {
        text
    };
    println!("      {}: {text}", pointer.trim_start_matches('/'));
}

/// A remark.
pub(crate) fn remark(text: &str) {
    println!("      {text}");
}

/// A mail, as a mail program would show it.
pub(crate) fn mail(mail: &Mail) {
    println!("\n✉ {} → {}", mail.from, mail.to.join(", "));
    println!("    件名: {}", mail.subject);
    for line in mail.body.trim_end().lines() {
        println!("    │ {line}");
    }
}
