mod mail;
mod messages;
mod paper;
