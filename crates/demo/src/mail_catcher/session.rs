//! One SMTP conversation (RFC 5321), as much of it as a mail program needs.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::{Caught, Refusal, read};

/// Bytes of a line, with its end (RFC 5321 4.5.3.1.6, doubled).
const MOST_LINE: u64 = 2_000;
/// Bytes of a mail.
const MOST_BYTES: usize = 1 << 20;
/// Recipients of a mail.
const MOST_RECIPIENTS: usize = 100;

/// Talks until the client has said QUIT or is gone.
pub(super) async fn converse(stream: TcpStream, caught: &Caught) -> io::Result<()> {
    let mut session = Session {
        stream: BufReader::new(stream),
        caught,
        envelope: None,
        rejecting: false,
    };
    session.say("220 mail catcher of the demo city").await?;
    while let Some(line) = session.line().await? {
        let line = String::from_utf8_lossy(&line).into_owned();
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "DATA" => session.data().await?,
            "QUIT" => return session.say("221 2.0.0 bye").await,
            verb => {
                let answer = session.answer(verb, rest);
                session.say(answer).await?;
            }
        }
    }
    Ok(())
}

struct Session<'a> {
    stream: BufReader<TcpStream>,
    caught: &'a Caught,
    /// Recipients of the mail that MAIL began.
    envelope: Option<Vec<String>>,
    /// Refuse the mail in hand once it has been sent.
    rejecting: bool,
}

impl Session<'_> {
    fn answer(&mut self, verb: &str, rest: &str) -> &'static str {
        match verb {
            "HELO" => "250 demo",
            "EHLO" => "250-demo\r\n250-8BITMIME\r\n250-SIZE 1048576\r\n250 ENHANCEDSTATUSCODES",
            "MAIL" => self.begin(rest),
            "RCPT" => self.recipient(rest),
            "RSET" => {
                self.envelope = None;
                "250 2.0.0 forgotten"
            }
            "NOOP" => "250 2.0.0 ok",
            _ => "502 5.5.1 not known here",
        }
    }

    fn begin(&mut self, rest: &str) -> &'static str {
        if self.envelope.is_some() {
            return "503 5.5.1 one mail at a time";
        }
        match path(rest, "FROM:") {
            None => "501 5.5.4 MAIL FROM:<address>",
            Some(_) => {
                self.envelope = Some(Vec::new());
                "250 2.1.0 ok"
            }
        }
    }

    fn recipient(&mut self, rest: &str) -> &'static str {
        let Some(recipients) = &mut self.envelope else {
            return "503 5.5.1 MAIL first";
        };
        let Some(address) = path(rest, "TO:").filter(|address| !address.is_empty()) else {
            return "501 5.5.4 RCPT TO:<address>";
        };
        if recipients.len() == MOST_RECIPIENTS {
            return "452 4.5.3 too many recipients";
        }
        match self.caught.next_refusal() {
            Some(Refusal::Busy) => return "451 4.3.2 later, please",
            Some(Refusal::NoSuchMailbox) => return "550 5.1.1 no such mailbox",
            Some(Refusal::Rejected) => self.rejecting = true,
            None => {}
        }
        recipients.push(address.to_owned());
        "250 2.1.5 ok"
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.envelope.as_ref().is_none_or(Vec::is_empty) {
            return self.say("503 5.5.1 RCPT first").await;
        }
        self.say("354 end with a dot on a line of its own").await?;
        let content = self.content().await?;
        let recipients = self.envelope.take().unwrap_or_default();
        let rejected = std::mem::take(&mut self.rejecting);
        let answer = match content.and_then(|raw| read(recipients, &raw)) {
            _ if rejected => "554 5.7.1 not this mail",
            None => "554 5.6.0 too large, or not a mail",
            Some(mail) => {
                self.caught.keep(mail);
                "250 2.0.0 caught"
            }
        };
        self.say(answer).await
    }

    /// The lines up to the lone dot, without the dots that were stuffed in; `None` when too many.
    async fn content(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut content = Vec::new();
        loop {
            let line = self.line().await?.ok_or(io::ErrorKind::UnexpectedEof)?;
            if line == b"." {
                return Ok((content.len() <= MOST_BYTES).then_some(content));
            }
            if content.len() <= MOST_BYTES {
                content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                content.extend_from_slice(b"\r\n");
            }
        }
    }

    /// The next line without its end; `None` when the client is gone.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.stream).take(MOST_LINE);
        limited.read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.pop() != Some(b'\n') {
            // Too long, or cut off: there is no telling where the next command begins.
            return Err(io::ErrorKind::InvalidData.into());
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(line))
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        let line = format!("{answer}\r\n");
        self.stream.get_mut().write_all(line.as_bytes()).await
    }
}

/// The address in `FROM:<address> parameters`.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<&'a str> {
    let (given, path) = rest.split_at_checked(keyword.len())?;
    if !given.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let (address, _) = path.trim_start().strip_prefix('<')?.split_once('>')?;
    Some(address)
}
