//! The OpenAPI documents as a contract that every answer is held to.

mod strict;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use portal::auth::Audience;
use serde_json::{Map, Value, json};

use crate::cluster::workspace;
use crate::coverage;
use crate::response::Response;

static RESIDENT: LazyLock<Contract> = LazyLock::new(|| Contract::generated(Audience::Resident));
static STAFF: LazyLock<Contract> = LazyLock::new(|| Contract::generated(Audience::Staff));
static COMMITTED_RESIDENT: LazyLock<Contract> =
    LazyLock::new(|| Contract::read(Audience::Resident, "resident.json"));
static COMMITTED_STAFF: LazyLock<Contract> =
    LazyLock::new(|| Contract::read(Audience::Staff, "staff.json"));

/// The contract of a listener.
pub fn of(audience: Audience) -> &'static Contract {
    match audience {
        Audience::Resident => &RESIDENT,
        Audience::Staff => &STAFF,
    }
}

/// The same as it stands in the repository.
pub fn committed(audience: Audience) -> &'static Contract {
    match audience {
        Audience::Resident => &COMMITTED_RESIDENT,
        Audience::Staff => &COMMITTED_STAFF,
    }
}

/// Headers that no answer may lack.
const EVERYWHERE: [&str; 6] = [
    "cache-control",
    "content-security-policy",
    "cross-origin-resource-policy",
    "referrer-policy",
    "x-content-type-options",
    "x-request-id",
];

/// What a listener has promised.
pub struct Contract {
    audience: Audience,
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// One operation of the document.
#[derive(Clone, Copy, Debug)]
pub struct Operation<'a> {
    /// HTTP method in upper case.
    pub method: &'a str,
    /// Path with `{parameters}`.
    pub template: &'a str,
    /// Its Operation Object.
    pub object: &'a Value,
}

impl Operation<'_> {
    /// Its `operationId`.
    pub fn id(&self) -> &str {
        self.object["operationId"].as_str().unwrap()
    }

    /// Whether it reads a JSON body.
    pub fn has_json_body(&self) -> bool {
        let content = &self.object["requestBody"]["content"];
        content.get("application/json").is_some()
    }

    /// The template with every parameter of the path filled in, and the query's required ones by their examples.
    pub fn path_with(&self, value: &str) -> String {
        self.path_of(&|_| value)
    }

    /// The same with a value for each parameter of the path, by its name.
    pub fn path_of<'v>(&self, value: &dyn Fn(&str) -> &'v str) -> String {
        let fill = |segment: &str| match segment.strip_prefix('{') {
            Some(name) => value(name.trim_end_matches('}')).to_owned(),
            None => segment.to_owned(),
        };
        let segments = self.template.split('/').map(fill);
        let path = segments.collect::<Vec<_>>().join("/");
        let parameters = self.object["parameters"].as_array().into_iter().flatten();
        let required = parameters
            .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true)
            .map(|parameter| {
                let example = parameter
                    .get("example")
                    .or(parameter["schema"].get("example"));
                let example = example.and_then(Value::as_str).unwrap_or("x");
                (parameter["name"].as_str().unwrap(), example)
            });
        let address = reqwest::Url::parse_with_params("http://x/", required).unwrap();
        match address.query() {
            None | Some("") => path,
            Some(query) => format!("{path}?{query}"),
        }
    }

    /// The statuses it declares, without `default`.
    pub fn statuses(&self) -> impl Iterator<Item = u16> {
        let responses = self.object["responses"].as_object().unwrap();
        responses.keys().filter_map(|status| status.parse().ok())
    }
}

impl Contract {
    fn generated(audience: Audience) -> Self {
        Self::of_document(
            audience,
            serde_json::to_value(portal::document(audience)).unwrap(),
        )
    }

    fn read(audience: Audience, file: &str) -> Self {
        let text = std::fs::read(workspace().join("openapi").join(file)).unwrap();
        Self::of_document(audience, serde_json::from_slice(&text).unwrap())
    }

    fn of_document(audience: Audience, document: Value) -> Self {
        Self {
            audience,
            document,
            validators: Mutex::default(),
        }
    }

    /// The document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// All operations.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.document["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(template, item)| on(template, item))
            .collect()
    }

    /// The operation that answers to a request, if there is one.
    pub fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let operations = self.operations().into_iter();
        operations
            .filter(|operation| operation.method == method && fits(operation.template, path))
            .min_by_key(|operation| operation.template.matches('{').count())
    }

    /// Holds an answer to the contract and remembers that it was seen.
    ///
    /// # Panics
    /// With what the answer breaks.
    pub fn check(&self, method: &str, path_and_query: &str, response: &Response) {
        let path = path_and_query.split('?').next().unwrap();
        let (status, what) = (response.status(), format!("{method} {path_and_query}"));
        for header in EVERYWHERE {
            assert!(response.header(header).is_some(), "{what}: no {header}");
        }
        if let Some(operation) = self.operation(method, path) {
            self.check_declared(&operation, &what, response);
            coverage::saw(self.audience.as_str(), operation.id(), status);
            return;
        }
        if method == "OPTIONS" && status == 204 {
            let granted = response.header("access-control-allow-origin");
            assert!(granted.is_some() && response.bytes().is_empty(), "{what}");
            return;
        }
        let known = self.operations();
        let known = known.iter().any(|operation| fits(operation.template, path));
        let allowed = if known {
            [405, 400, 429]
        } else {
            [404, 400, 429]
        };
        assert!(
            allowed.contains(&status),
            "{what}: {status} without an operation"
        );
        self.check_body(&problem_content(), &format!("{what} {status}"), response);
    }

    fn check_declared(&self, operation: &Operation<'_>, what: &str, response: &Response) {
        let status = response.status();
        let responses = &operation.object["responses"];
        let what = format!("{what} ({}) {status}", operation.id());
        let refused_early = is_nul_refusal(response);
        let declared = match responses.get(status.to_string()) {
            Some(declared) => self.resolved(declared),
            None if status == 408 || refused_early => &responses["default"],
            None => panic!("{what} is not declared: {}", response.text()),
        };
        assert!(status < 500 || status == 502, "{what}: {}", response.text());
        for header in declared["headers"]
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
        {
            // A city that has no rate limits tells nobody of them.
            let may_lack = header.starts_with("ratelimit");
            assert!(
                may_lack || response.header(header).is_some(),
                "{what}: no {header}"
            );
        }
        match declared.get("content") {
            Some(content) => self.check_body(content, &what, response),
            None => assert!(response.text().is_empty(), "{what}: an undeclared body"),
        }
    }

    /// A declared answer where it stands: in the operation or, shared, among the components.
    fn resolved<'a>(&'a self, declared: &'a Value) -> &'a Value {
        let name = declared["$ref"]
            .as_str()
            .and_then(|place| place.rsplit('/').next());
        name.map_or(declared, |name| {
            &self.document["components"]["responses"][name]
        })
    }

    fn check_body(&self, content: &Value, what: &str, response: &Response) {
        let sent = response.header("content-type").unwrap_or_default();
        let media_type = sent.split(';').next().unwrap();
        let Some(declared) = content.get(media_type) else {
            panic!("{what}: {sent:?} is not declared: {}", response.text());
        };
        if media_type == "application/octet-stream" {
            return;
        }
        let validator = self.validator(&declared["schema"]);
        let body = response.json();
        let errors: Vec<_> = validator
            .iter_errors(&body)
            .map(|error| format!("{} {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{what}: {errors:#?}\n{body:#}");
    }

    /// The validator of a schema of this document, compiled at its first use.
    pub fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap();
        let known = validators.entry(schema.to_string()).or_insert_with(|| {
            let root = strict::standalone(schema, &self.document["components"]);
            let options = jsonschema::options().should_validate_formats(true);
            Arc::new(options.build(&root).unwrap())
        });
        Arc::clone(known)
    }
}

fn on<'a>(template: &'a str, item: &'a Value) -> impl Iterator<Item = Operation<'a>> {
    const METHODS: [&str; 5] = ["GET", "POST", "PATCH", "DELETE", "PUT"];
    METHODS.into_iter().filter_map(move |method| {
        Some(Operation {
            method,
            template,
            object: item.get(method.to_lowercase())?,
        })
    })
}

/// U+0000 in the address is refused before the request reaches an operation.
fn is_nul_refusal(response: &Response) -> bool {
    response.status() == 400 && response.text().contains("\"nul_character\"")
}

fn problem_content() -> Value {
    json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}})
}

fn fits(template: &str, path: &str) -> bool {
    let (wanted, given): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    wanted.len() == given.len()
        && wanted.iter().zip(given).all(|(wanted, given)| {
            *wanted == given || (wanted.starts_with('{') && !given.is_empty())
        })
}
