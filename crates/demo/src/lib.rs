//! The demo of Madoguchi: a city that does not exist and what it needs to be tried out.
//!
//! Never linked into the program `madoguchi`.

pub mod city;
pub mod identity_provider;
