//! What a procedure asks: the catalogue, immutable form versions, the evaluation of answers.

mod attachment;
pub mod catalogue;
mod characters;
mod computed;
mod definition;
mod directory;
mod evaluate;
mod finder;
mod formats;
pub mod individual_number;
mod model;
mod published;
pub mod routes;
mod rules;
mod schema;
mod store;

pub use attachment::AttachmentRule;
pub use definition::{
    Appeal, ApprovalStep, CompiledForm, DefinitionProblem, Example, ExampleError, File,
    FormDefinition, Localized, Policy,
};
pub use directory::Procedures;
pub use evaluate::{AnswerCode, AnswerProblem, Evaluation};
pub use model::{FormVersionId, ProcedureId, ProcedureKind};
pub use published::{Forms, Procedure, PublishedForm};
