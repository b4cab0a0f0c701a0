//! The demo of Madoguchi: a city that does not exist and what it needs to be tried out.
//!
//! Never linked into the program `madoguchi`; the tour speaks to it over HTTP like anyone else.

pub mod city;
pub mod identity_provider;
pub mod mail_catcher;
pub mod settlement;
pub mod tour;
