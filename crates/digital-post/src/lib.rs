//! What the city delivers, provably: messages in the resident's digital post, paper for everybody else.
//!
//! [`deliver`] takes a message in the sender's transaction. A digital one appears in the resident's
//! post; a paper one becomes a task for a clerk. Either way an evidence chain begins with it. Who has
//! a proved mail address is told by mail that there is something, and not what.

mod advance;
mod content;
mod deliver;
mod enclosure;
mod evidence;
mod model;
mod notify;
pub mod routes;
mod schema;
mod sender;
mod state;
mod store;

pub use content::{Addressee, Translation};
pub use deliver::{Message, deliver};
pub use enclosure::Enclosure;
pub use model::{Class, DeliveryId, Route};
pub use notify::{NotifyOfPost, notice_mail};
pub use store::{move_paper_tasks as hand_over, move_resident};
