mod messages;
mod paper;
