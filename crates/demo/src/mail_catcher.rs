//! The demo's mail server: takes every mail, delivers none, and shows what it was given.

mod session;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mail_parser::MessageParser;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Mails kept; the oldest goes when one more comes.
const MOST_MAILS: usize = 1_000;
/// Conversations at a time; further ones wait at the door.
const MOST_SESSIONS: usize = 32;
/// How long a conversation may last.
const SESSION_LIMIT: Duration = Duration::from_secs(60);

/// A mail as a mail program would show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address in the header `From`.
    pub from: String,
    /// The addresses it was handed over for.
    pub to: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// The text, decoded, with lines ending in `\n`.
    pub body: String,
    /// The Message-ID, without angle brackets.
    pub message_id: String,
    /// Everything, as it came over the wire.
    pub raw: String,
}

/// What a mail server may say instead of yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 451: come back later.
    Busy,
    /// 550: no such mailbox.
    NoSuchMailbox,
    /// 554: not this mail, said after it was sent.
    Rejected,
}

/// A mail server on this machine. Clones share the mails.
#[derive(Clone, Debug)]
pub struct MailCatcher {
    address: SocketAddr,
    caught: Caught,
}

impl MailCatcher {
    /// Opens it; port 0 takes any free one. It runs as long as the runtime does.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let caught = Caught::default();
        tokio::spawn(receive(listener, caught.clone()));
        Ok(Self { address, caught })
    }

    /// What the portal takes as `MADOGUCHI_SMTP_URL`.
    pub fn smtp_url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The mails so far, in the order they came.
    pub fn mails(&self) -> Vec<Mail> {
        self.caught.lock().mails.iter().cloned().collect()
    }

    /// Waits until there are so many mails; answers what there is after at most the limit.
    pub async fn wait_for(&self, count: usize, limit: Duration) -> Vec<Mail> {
        let enough = async {
            while self.caught.lock().mails.len() < count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = tokio::time::timeout(limit, enough).await;
        self.mails()
    }

    /// Refuses the next mails.
    pub fn refuse_next(&self, count: usize, refusal: Refusal) {
        let mut state = self.caught.lock();
        state.refusals.extend(std::iter::repeat_n(refusal, count));
    }
}

/// What came in, and what shall not.
#[derive(Clone, Debug, Default)]
struct Caught(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    mails: VecDeque<Mail>,
    refusals: VecDeque<Refusal>,
}

impl Caught {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_refusal(&self) -> Option<Refusal> {
        self.lock().refusals.pop_front()
    }

    fn keep(&self, mail: Mail) {
        let mut state = self.lock();
        if state.mails.len() == MOST_MAILS {
            state.mails.pop_front();
        }
        state.mails.push_back(mail);
    }
}

async fn receive(listener: TcpListener, caught: Caught) {
    let places = Arc::new(Semaphore::new(MOST_SESSIONS));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let caught = caught.clone();
                tokio::spawn(async move {
                    converse(stream, &caught).await;
                    drop(place);
                });
            }
            // Out of sockets, say: the next one may find one.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// A client that breaks off or dawdles is no concern of the others.
async fn converse(stream: TcpStream, caught: &Caught) {
    let _ = tokio::time::timeout(SESSION_LIMIT, session::converse(stream, caught)).await;
}

/// The mail in what came over the wire; `None` when it is not one.
fn read(to: Vec<String>, raw: &[u8]) -> Option<Mail> {
    let message = MessageParser::default().parse(raw)?;
    let from = message.from()?.first()?.address()?;
    Some(Mail {
        from: from.to_owned(),
        to,
        subject: message.subject().unwrap_or_default().to_owned(),
        body: message.body_text(0)?.replace("\r\n", "\n"),
        message_id: message.message_id().unwrap_or_default().to_owned(),
        raw: String::from_utf8_lossy(raw).into_owned(),
    })
}
