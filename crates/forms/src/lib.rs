//! What a procedure asks: the catalogue, immutable form versions, the evaluation of answers.

mod accepting;
mod attachment;
pub mod catalogue;
mod characters;
mod check;
mod comparison;
mod computed;
mod definition;
mod describe;
mod description;
mod directory;
mod draft;
mod evaluate;
mod field_rights;
mod fields;
mod finder;
mod formats;
mod hiding;
mod life_events;
mod messages;
mod model;
pub mod ownership;
mod publish;
mod published;
mod question_set;
pub mod routes;
mod rules;
mod schema;
mod state;
mod store;

pub use attachment::AttachmentRule;
pub use comparison::{Change, Comparison, Verdict};
pub use definition::{
    Appeal, ApprovalStep, CompiledForm, DefinitionProblem, Example, ExampleError, File,
    FormDefinition, Localized, OWNER, Policy, StatutoryLimit,
};
pub use directory::Procedures;
pub use evaluate::{AnswerCode, AnswerProblem, Evaluation};
pub use field_rights::Reader;
pub use fields::{Field, IdentityAttribute, fill_in};
pub use finder::{Finder, Findings, Words};
pub use hiding::Hiding;
pub use life_events::Standing;
pub use messages::{Filled, MailSubject, Messages, Occasion, Place, Values};
pub use model::{FormVersionId, ProcedureId, ProcedureKind};
pub use publish::VersionInForce;
pub use published::{Forms, Procedure, PublishedForm};
pub use question_set::{
    Assessed, Assessment, Deadline, Necessity, QuestionSet, QuestionSetProblem, QuestionState,
    QuestionStatus, Shared,
};
