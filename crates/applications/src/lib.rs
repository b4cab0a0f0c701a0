//! A resident's application from draft to decision.
//!
//! The states and events are in `state.rs`; filing is one public act, `submit.rs`; every other event
//! goes through `transition.rs`. Handlers translate between HTTP and these.

mod approval;
mod arrival;
mod attachments;
mod completion;
mod correction;
mod decide;
mod delivery;
mod difference;
mod draft;
mod draft_expiry;
mod due_day;
mod extension;
mod file_removal;
mod filed_content;
mod identity;
mod intake;
mod letter;
mod model;
mod moving;
mod notices;
mod own_act;
mod prefill;
mod printable;
mod provenance;
mod recent_saves;
mod reference_number;
mod relink;
mod reorganisation;
mod reuse;
mod routes;
mod satisfaction;
mod save_answers;
mod schema;
mod sealing;
mod sight;
mod state;
mod store;
mod submit;
mod transition;
mod view;

pub use delivery::{DecisionDelivery, DeliverDecision};
pub use draft_expiry::expire_drafts;
pub use file_removal::{FileRemoval, RemoveFile};
pub use model::ApplicationId;
pub use moving::DraftMoving;
pub use relink::BringingAlong;
pub use reorganisation::{CarryOutReorganisation, HandOverCases, HandingOver, Reorganising};
pub use routes::{register_resident, register_staff};
pub use state::{Event, IllegalTransition, Status};
