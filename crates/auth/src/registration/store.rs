//! Register and registrations in the database.

mod addressees;
mod forgetting;
mod registrations;

pub(super) use addressees::{
    AddresseeRow, Count, FoundRow, count_addressees, find_addressee, find_by_pairs, hold_addressee,
    keep_addressees, note_gone,
};
pub(super) use forgetting::forget_gone;
pub(crate) use registrations::{Row, Which, list, load};
pub(super) use registrations::{
    has_linked_person, insert, is_judged_by_clerk, link_to, linked_person, links_to, lock,
    lock_living, newest, nth_newest_request, protected_among, save,
};
