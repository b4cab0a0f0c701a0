//! A version of a form: what it is made of, and the proof that its parts fit together.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use platform::pointer::is_within;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::computed::{self, Computed};
use crate::field_rights::FieldRights;
use crate::fields::Field;
use crate::messages::Messages;
use crate::model::ProcedureKind;
use crate::rules::schema_options;

use subschemas::target;

mod approval;
mod examples;
mod fee;
#[cfg(test)]
pub(crate) mod fixture;
mod limit;
mod localized;
mod patterns;
mod policy;
mod problem;
pub(crate) mod profile;
pub(crate) mod subschemas;
#[cfg(test)]
mod tests;
mod texts;
pub(crate) mod ui;

pub use approval::{ApprovalStep, OWNER};
pub use examples::{Example, ExampleError};
pub(crate) use fee::{Fee, FeeKind};
pub use limit::StatutoryLimit;
pub use localized::Localized;
pub use policy::{Appeal, Policy};
pub use problem::{DefinitionProblem, File};

/// Everything one version of a procedure's form consists of; immutable once published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormDefinition {
    /// JSON Schema 2020-12 of the answers: closed objects, local references, no `if`.
    pub schema: Value,
    /// JSON Forms UI schema: pages, inputs, and the rules that show and hide them.
    pub ui_schema: Value,
    /// Texts by language and key; `ja`, `ja-x-easy` and `en` are always there.
    pub texts: BTreeMap<String, BTreeMap<String, String>>,
    /// How the city handles what is filed with this form.
    pub policy: Policy,
    /// Answers the form must accept or refuse, checked before it is published.
    pub examples: Vec<Example>,
    /// Typst template of the letter that tells of a decision; absent: the program's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// What applicants are told in the digital post, where the version has words of its own.
    #[serde(default, skip_serializing_if = "Messages::is_empty")]
    pub messages: Messages,
}

impl FormDefinition {
    /// A form without fields, to begin from.
    pub(crate) fn empty() -> Self {
        let schema = json!({"type": "object", "additionalProperties": false, "properties": {}});
        Self {
            schema,
            ui_schema: json!({"type": "Categorization", "elements": []}),
            texts: BTreeMap::new(),
            policy: Policy::default(),
            examples: Vec::new(),
            letter: None,
            messages: Messages::default(),
        }
    }

    /// Compiles the definition as the form of a procedure of the kind, if it can be published.
    ///
    /// # Errors
    /// Every problem found: those of [`CompiledForm::compile`], patterns that a browser cannot match in time,
    /// a policy or messages that do not fit the kind, no passing or no failing example.
    pub fn check(&self, kind: ProcedureKind) -> Result<CompiledForm, Vec<DefinitionProblem>> {
        let compiled = CompiledForm::compile(self);
        let mut problems = Vec::new();
        patterns::check(self, &mut problems);
        self.policy.check(kind, &mut problems);
        self.policy.check_texts(&mut problems);
        self.check_documents(&mut problems);
        self.messages.check(kind, &mut problems);
        for (valid, code) in [(true, "no_passing_example"), (false, "no_failing_example")] {
            if !self.examples.iter().any(|example| example.valid == valid) {
                let message = format!("there is no example with \"valid\": {valid}");
                problems.push(DefinitionProblem::new(File::Examples, "", code, message));
            }
        }
        match compiled {
            Ok(form) if problems.is_empty() => Ok(form),
            Ok(_) => Err(problems),
            Err(mut found) => {
                found.append(&mut problems);
                Err(found)
            }
        }
    }
}

/// A definition whose parts are known to fit together, ready to evaluate answers.
#[derive(Debug)]
pub struct CompiledForm {
    pub(crate) validator: Validator,
    pub(crate) layout: ui::Layout,
    /// What the form computes, each after what it reads.
    pub(crate) computed: Vec<Computed>,
    /// What the policy says of the fee, for what is computed.
    pub(crate) fee_yen: u32,
    /// The properties outside lists, as JSON Pointers, in the order of the schema.
    pub(crate) properties: Vec<String>,
    /// The label of a property, by its pointer without list numbers.
    pub(crate) labels: BTreeMap<String, Localized>,
    /// The properties that take any text, by their pointers without list numbers.
    pub(crate) free_texts: BTreeSet<String>,
    /// The properties that tell where somebody lives, likewise.
    pub(crate) addresses: BTreeSet<String>,
    /// Whose each answer is to see and to change.
    pub(crate) rights: FieldRights,
    /// The fields that may be answered for the resident.
    pub(crate) fields: Vec<Field>,
}

impl CompiledForm {
    /// Compiles a definition and checks that it can be published.
    ///
    /// # Errors
    /// Every problem found: a schema outside the profile, a control or rule without its property,
    /// a property no control shows, rules that depend on themselves, missing texts, examples that
    /// do not evaluate as they say.
    pub fn compile(definition: &FormDefinition) -> Result<Self, Vec<DefinitionProblem>> {
        let mut problems = profile::check(&definition.schema);
        if !problems.is_empty() {
            return Err(problems);
        }
        let properties = profile::declared(&definition.schema);
        let form = Self::build(definition, &mut problems)?;
        check_reachable(definition, &form, &properties, &mut problems);
        check_read_only(definition, &form, &properties, &mut problems);
        check_filled_in(definition, &properties, &mut problems);
        form.layout.check_cycles(&form.computed, &mut problems);
        texts::check(definition, &properties, &form.layout, &mut problems);
        // Without sound rules the examples would only repeat what was found already.
        if problems.is_empty() {
            form.check_examples(&definition.examples, &mut problems);
        }
        if problems.is_empty() {
            Ok(form)
        } else {
            Err(problems)
        }
    }

    /// Compiles a definition that is still being written, as far as it can be evaluated at all.
    ///
    /// # Errors
    /// A schema outside the profile, or one that does not compile.
    pub(crate) fn load_draft(definition: &FormDefinition) -> Result<Self, Vec<DefinitionProblem>> {
        match profile::check(&definition.schema) {
            problems if problems.is_empty() => Self::load(definition),
            problems => Err(problems),
        }
    }

    /// Compiles a definition that was checked when it was published: it is not judged again, so that a
    /// later version of the program cannot take a published form out of service.
    ///
    /// # Errors
    /// When the schema does not compile.
    pub fn load(definition: &FormDefinition) -> Result<Self, Vec<DefinitionProblem>> {
        Self::build(definition, &mut Vec::new())
    }

    fn build(
        definition: &FormDefinition,
        problems: &mut Vec<DefinitionProblem>,
    ) -> Result<Self, Vec<DefinitionProblem>> {
        let properties = profile::declared(&definition.schema);
        let validator = compile_schema(&definition.schema).map_err(|problem| vec![problem])?;
        let computed = computed::read(&definition.schema, problems);
        let layout = ui::Layout::read(&definition.ui_schema, &properties, problems);
        let labels = texts::labels(definition, &properties, &layout);
        let is_computed = |pointer: &str| computed.iter().any(|c| c.pointer() == pointer);
        let typed = properties.iter().filter(|p| !is_computed(&p.pointer));
        let free_texts = typed.filter(|p| p.free_text);
        let free_texts = free_texts.map(|p| p.pointer.clone()).collect();
        let addresses = properties.iter().filter(|p| p.address);
        let addresses = addresses.map(|p| p.pointer.clone()).collect();
        let addresses = with_computed_of(addresses, &computed);
        let mut rights = FieldRights::default();
        for property in &properties {
            rights.declare(&definition.schema, &property.pointer, property.schema);
        }
        rights.extend_to(&computed);
        let outside_lists: Vec<_> = properties.into_iter().filter(|p| !p.in_list).collect();
        let typed = outside_lists
            .iter()
            .filter(|p| p.typed && !is_computed(&p.pointer));
        let fields = typed.map(|p| Field::of(&definition.schema, &p.pointer, p.schema));
        let mut fields: Vec<_> = fields.collect();
        fields.sort_by_cached_key(|field| layout.place_of(&field.pointer));
        Ok(Self {
            validator,
            properties: outside_lists.into_iter().map(|p| p.pointer).collect(),
            labels,
            free_texts,
            addresses,
            rights,
            fields,
            computed,
            fee_yen: definition.policy.fee_yen,
            layout,
        })
    }
}

/// Whatever is computed from an address, or from something that holds one, may tell it.
fn with_computed_of(mut addresses: BTreeSet<String>, computed: &[Computed]) -> BTreeSet<String> {
    for computed in computed {
        let tells = |read: &str| {
            let mut addresses = addresses.iter();
            addresses.any(|address| is_within(read, address) || is_within(address, read))
        };
        if computed.reads().any(tells) {
            addresses.insert(computed.pointer());
        }
    }
    addresses
}

/// Reads an object in which no name occurs twice, at any depth.
pub(crate) fn once_each<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let object = platform::JsonObject::deserialize(deserializer)?;
    serde_json::from_value(Value::Object(object.0)).map_err(serde::de::Error::custom)
}

fn check_reachable(
    definition: &FormDefinition,
    form: &CompiledForm,
    properties: &[profile::Property<'_>],
    problems: &mut Vec<DefinitionProblem>,
) {
    let pointers = properties.iter().map(|property| &property.pointer);
    for pointer in pointers.filter(|pointer| !form.layout.reaches(pointer)) {
        let message = format!("no control shows {pointer}");
        let place = place_in_schema(&definition.schema, pointer);
        let code = "unreachable_property";
        problems.push(DefinitionProblem::new(File::Schema, &place, code, message));
    }
}

/// What is read-only is locked by its own control; elsewhere the server would not notice that it is changed.
fn check_read_only(
    definition: &FormDefinition,
    form: &CompiledForm,
    properties: &[profile::Property<'_>],
    problems: &mut Vec<DefinitionProblem>,
) {
    let has_control = |pointer: &String| {
        let mut controls = form.layout.controls.iter();
        controls.any(|control| control.pointer == *pointer)
    };
    let read_only = properties.iter().filter(|property| property.read_only);
    for property in read_only.filter(|property| !has_control(&property.pointer)) {
        let place = place_in_schema(&definition.schema, &property.pointer);
        let message = "what is readOnly has a control of its own, outside lists";
        let code = "outside_profile";
        problems.push(DefinitionProblem::new(File::Schema, &place, code, message));
    }
}

/// Only a field outside lists is filled in; elsewhere its writer would wait for it in vain.
fn check_filled_in(
    definition: &FormDefinition,
    properties: &[profile::Property<'_>],
    problems: &mut Vec<DefinitionProblem>,
) {
    let never = properties.iter().filter(|p| p.in_list || !p.typed);
    for property in never {
        for keyword in ["x-prefill", "x-reuse"] {
            if property.schema.get(keyword).is_none() {
                continue;
            }
            let place = place_in_schema(&definition.schema, &property.pointer);
            let place = format!("{place}/{keyword}");
            let message =
                format!("nothing is filled in here: {keyword} stands at a field outside lists");
            let code = "outside_profile";
            problems.push(DefinitionProblem::new(File::Schema, &place, code, message));
        }
    }
}

/// Where the schema, whose references are known to lead somewhere and not back, declares the answer.
fn place_in_schema(root: &Value, pointer: &str) -> String {
    let (mut place, mut schema) = (String::new(), root);
    for name in pointer.split('/').skip(1) {
        while schema["properties"].get(name).is_none() {
            if let Some(items) = schema.get("items") {
                place.push_str("/items");
                schema = items;
                continue;
            }
            let Some(target) = target(root, schema) else {
                return place;
            };
            let reference = schema["$ref"].as_str().unwrap_or_default();
            (place, schema) = (reference.trim_start_matches('#').to_owned(), target);
        }
        place.push_str("/properties/");
        place.push_str(name);
        schema = &schema["properties"][name];
    }
    place
}

fn compile_schema(schema: &Value) -> Result<Validator, DefinitionProblem> {
    schema_options().build(schema).map_err(|error| {
        let pointer = error.instance_path().as_str();
        DefinitionProblem::new(File::Schema, pointer, "invalid_schema", error.to_string())
    })
}
