//! 付替え: a renewed card may come with another `sub`, and so with a login that is somebody new here. A registrar who has made
//! sure who it is proposes that the login lead to who they were before; another registrar approves. There is no way back.

mod act;
mod joining;
pub(crate) mod model;
mod state;
mod store;
mod view;

pub(crate) use act::{Decision, decide, propose};
pub use joining::BringAlong;
pub(crate) use store::{Row, list_waiting, load};
pub(crate) use view::detail;
