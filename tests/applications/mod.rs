mod assurance;
mod attachments;
mod correction;
mod decision;
mod draft;
mod foreign;
mod idempotency;
mod intake;
mod moving;
mod notification;
mod proposal;
mod queue;
mod races;
mod receipt;
mod reorganisation;

mod submit;
mod withdrawal;
