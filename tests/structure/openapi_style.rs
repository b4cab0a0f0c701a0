//! The documents' style: everything described, everything limited.

use serde_json::{Map, Value};
use tests::Audience;
use tests::contract::{self, Operation};

/// Says what is missing, and where.
struct Faults<'a> {
    components: &'a Map<String, Value>,
    found: Vec<String>,
}

impl Faults<'_> {
    fn unless(&mut self, good: bool, place: &str, what: &str) {
        if !good {
            self.found.push(format!("{place}: {what}"));
        }
    }

    /// A schema where it stands; a `$ref` or a choice with null is looked through.
    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        if let Some(name) = schema["$ref"].as_str() {
            return &self.components[name.rsplit('/').next().unwrap()];
        }
        let choices = schema["oneOf"].as_array().into_iter().flatten();
        let mut choices = choices.filter(|choice| choice["type"] != "null");
        choices
            .next()
            .map_or(schema, |choice| self.resolved(choice))
    }

    fn property(&mut self, place: &str, schema: &Value) {
        let target = self.resolved(schema).clone();
        let inner = schema["oneOf"].as_array().into_iter().flatten();
        let described = inner
            .chain([schema, &target])
            .any(|part| part["description"].is_string());
        self.unless(described, place, "no description");
        self.value(place, &target, schema.get("example").is_some());
    }

    /// Strings and numbers show what they look like; strings and arrays say how long they get.
    fn value(&mut self, place: &str, schema: &Value, has_example: bool) {
        let has = |name: &str| schema.get(name).is_some();
        if is(schema, "string") {
            let format = schema["format"].as_str().unwrap_or_default();
            let known = ["uuid", "date", "date-time"].contains(&format);
            self.unless(
                has("maxLength") || has("enum") || known,
                place,
                "no maxLength",
            );
            let shown = has_example || has("example") || has("enum") || known;
            self.unless(shown, place, "no example");
        }
        if is(schema, "integer") || is(schema, "number") {
            let shown = has_example || has("example") || has("format");
            self.unless(shown, place, "no example");
        }
        if is(schema, "array") {
            self.unless(has("maxItems"), place, "no maxItems");
            let items = self.resolved(&schema["items"]).clone();
            if !is(&items, "string") {
                self.value(&format!("{place}[]"), &items, true);
            }
        }
    }

    fn operation(&mut self, operation: &Operation<'_>) {
        let (id, object) = (operation.id(), operation.object);
        self.unless(object["summary"].is_string(), id, "no summary");
        self.unless(
            object["tags"]
                .as_array()
                .is_some_and(|tags| tags.len() == 1),
            id,
            "not one tag",
        );
        for parameter in object["parameters"].as_array().into_iter().flatten() {
            let place = format!("{id} parameter {}", parameter["name"]);
            self.unless(
                parameter["description"].is_string(),
                &place,
                "no description",
            );
            let schema = self.resolved(&parameter["schema"]).clone();
            self.value(&place, &schema, parameter.get("example").is_some());
        }
        for (status, response) in object["responses"].as_object().unwrap() {
            let described = response["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty());
            self.unless(described, &format!("{id} {status}"), "no description");
        }
    }
}

fn is(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::String(one) => one == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => false,
    }
}

fn faults_of(audience: Audience) -> Vec<String> {
    let contract = contract::of(audience);
    let components = contract.document()["components"]["schemas"]
        .as_object()
        .unwrap();
    let mut faults = Faults {
        components,
        found: Vec::new(),
    };
    for operation in contract.operations() {
        faults.operation(&operation);
    }
    for (name, component) in components {
        faults.unless(component["description"].is_string(), name, "no description");
        let parts = component["allOf"].as_array().into_iter().flatten();
        for part in parts.chain([component]) {
            for (property, schema) in part["properties"].as_object().into_iter().flatten() {
                faults.property(&format!("{name}.{property}"), schema);
            }
        }
    }
    faults.found
}

#[test]
fn everything_a_client_reads_or_writes_is_described_and_limited() {
    for audience in [Audience::Resident, Audience::Staff] {
        let faults = faults_of(audience);
        assert!(faults.is_empty(), "{audience:?}: {faults:#?}");
    }
}

#[test]
fn operation_ids_are_unique_and_spelled_in_camel_case() {
    for audience in [Audience::Resident, Audience::Staff] {
        let operations = contract::of(audience).operations();
        let mut ids: Vec<_> = operations.iter().map(Operation::id).collect();
        assert!(
            ids.iter().all(|id| id.chars().all(char::is_alphanumeric)),
            "{ids:?}"
        );
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{audience:?}");
    }
}
