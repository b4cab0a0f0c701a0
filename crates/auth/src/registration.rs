//! 利用登録: which person of the city's register a resident of the portal is.
//!
//! The city sends its register as a file ([`import`]). A resident asks to be found in it; whom all four attributes name is
//! linked at once, everything else waits for a clerk. With the link comes the protection of DV等支援措置.

mod addressee;
mod basics;
mod fold;
mod import;
mod store;

pub use import::{Faults, ImportError, Imported, Purpose, import};
