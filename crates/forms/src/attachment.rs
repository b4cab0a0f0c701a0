//! Fields of a form that are answered with files.
//!
//! Such a field is a list of attachment ids with the keyword `x-attachment`, which says what may be
//! uploaded: `{"accept": ["application/pdf"], "max_bytes": 10485760}`.

use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::definition::{DefinitionProblem, File, FormDefinition};

/// What may be uploaded for a field.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentRule {
    /// Media types, judged by content.
    pub accept: Vec<String>,
    /// Largest size of one file.
    pub max_bytes: u64,
}

impl AttachmentRule {
    /// Whether a file of the type and of so many bytes may answer the field.
    pub fn accepts(&self, media_type: &str, bytes: i64) -> bool {
        let fits = u64::try_from(bytes).is_ok_and(|bytes| bytes <= self.max_bytes);
        fits && self.accept.iter().any(|accepted| accepted == media_type)
    }
}

impl FormDefinition {
    /// What may be uploaded for the top-level field at the pointer; `None` for any other field.
    pub fn attachment_rule(&self, pointer: &str) -> Option<AttachmentRule> {
        let name = pointer.strip_prefix('/')?;
        serde_json::from_value(self.property(name)?.get("x-attachment")?.clone()).ok()
    }

    /// The attachments that the answers name, each with the pointer of its field.
    pub fn attachments_named(&self, answers: &Map<String, Value>) -> Vec<(String, Uuid)> {
        let fields = answers
            .iter()
            .filter(|(name, _)| self.attachment_rule(&format!("/{name}")).is_some());
        fields
            .flat_map(|(name, ids)| {
                let ids = ids.as_array().into_iter().flatten();
                ids.filter_map(Value::as_str)
                    .filter_map(|id| id.parse().ok())
                    .map(move |id| (format!("/{name}"), id))
            })
            .collect()
    }

    /// Every required document is attached to fields that take files.
    pub(crate) fn check_documents(&self, problems: &mut Vec<DefinitionProblem>) {
        let documents = self.policy.documents_required.iter().flatten();
        for (document, required) in documents.enumerate() {
            for (n, field) in required.fields.iter().enumerate() {
                if self.attachment_rule(field).is_none() {
                    let pointer = format!("/documents_required/{document}/fields/{n}");
                    let message = format!("{field} takes no files");
                    let code = "no_attachment_field";
                    problems.push(DefinitionProblem::new(
                        File::Policy,
                        &pointer,
                        code,
                        message,
                    ));
                }
            }
        }
    }

    fn property(&self, name: &str) -> Option<&Value> {
        self.schema.get("properties")?.get(name)
    }
}
