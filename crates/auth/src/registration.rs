//! 利用登録: which person of the city's register a resident of the portal is.
//!
//! The city sends its register as a file ([`import`]). A resident asks to be found in it; whom all four attributes name is
//! linked at once, everything else waits for a clerk. With the link comes the protection of DV等支援措置. Whose card was renewed may
//! come as somebody new; registrars lead that login to who they were before ([`relink`]).

mod act;
mod addressee;
mod basics;
mod candidates;
mod fold;
mod import;
pub(crate) mod model;
mod protection;
pub(crate) mod relink;
mod state;
mod store;
mod view;

pub(crate) use act::{Decision, Requested, decide, end, own, request};
pub use import::{Faults, ImportError, Imported, Loss, Losses, Purpose, import};
pub use protection::{
    Reading, check_files, is_hidden_from, protected_among, record_if_protected, record_readings,
};
pub use relink::BringAlong;
pub(crate) use store::{Which, list, load};
pub use view::{addressee_number, is_registered};
pub(crate) use view::{detail, summary};
