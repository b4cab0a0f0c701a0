//! The UI schema of a form: its controls in the order they are met, and the rules around them.

use platform::pointer::{is_within, overlap};
use serde_json::Value;

use super::{DefinitionProblem, File, profile::Property};
use crate::computed::Computed;
use crate::rules::{Rule, scope_to_pointer};

/// An input, or the group of inputs the renderer makes of an object or list.
#[derive(Debug)]
pub(crate) struct Control {
    /// The answer it edits.
    pub(crate) pointer: String,
    /// The rules that can hide it, its own and those of everything around it, by their number.
    pub(crate) rules: Vec<usize>,
    pub(crate) enabled: Enabled,
    /// Where it stands in the UI schema.
    place: String,
    i18n: Option<String>,
    /// Whether `options.detail` names what it shows of an object or list; otherwise it shows all.
    has_detail: bool,
}

/// When an input takes answers. As in `isInherentlyEnabled` of `@jsonforms/core`, what says so nearest to the input decides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Enabled<Rule = usize> {
    #[default]
    Always,
    Never,
    /// When the rule says so.
    By(Rule),
}

impl<Rule> Enabled<Rule> {
    /// The same at an element inside, but for a rule of its own.
    pub(crate) fn at(self, element: &Value, is_read_only: bool) -> Self {
        match read_only_option(element) {
            Some(true) => Self::Never,
            Some(false) => Self::Always,
            None if is_read_only => Self::Never,
            None => self,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Layout {
    pub(crate) controls: Vec<Control>,
    pub(crate) rules: Vec<Rule>,
    /// The controls inside `options.detail`.
    details: Vec<Control>,
    /// The text keys of pages, groups and notes, and of whatever else names one.
    pub(super) texts: Vec<String>,
}

impl Layout {
    pub(super) fn read(
        ui_schema: &Value,
        properties: &[Property],
        problems: &mut Vec<DefinitionProblem>,
    ) -> Self {
        let mut reader = Reader {
            properties,
            problems,
            layout: Self::default(),
        };
        reader.element(ui_schema, "", &Surroundings::default());
        reader.layout
    }

    /// The `i18n` of each control of the answer. What has no control, because one around it or its parts have, is found by its path.
    pub(super) fn i18n_of(&self, pointer: &str) -> Vec<Option<&str>> {
        let controls = self.controls.iter().chain(&self.details);
        let own = controls.filter(|control| control.pointer == pointer);
        let own: Vec<_> = own.map(|control| control.i18n.as_deref()).collect();
        if own.is_empty() { vec![None] } else { own }
    }

    /// Whether some control shows the answer.
    pub(super) fn reaches(&self, pointer: &str) -> bool {
        let mut controls = self.controls.iter().chain(&self.details);
        controls.any(|control| control.reaches(pointer))
    }

    /// A rule that reads what it hides, directly or through others, has no stable answer.
    pub(super) fn check_cycles(
        &self,
        computed: &[Computed],
        problems: &mut Vec<DefinitionProblem>,
    ) {
        let mut settled = vec![false; self.controls.len()];
        // A control settles once everything its rules read has: what never settles is in a cycle.
        loop {
            let ready = |&n: &usize| !settled[n] && self.is_ready(n, computed, &settled);
            let ready: Vec<usize> = (0..settled.len()).filter(ready).collect();
            if ready.is_empty() {
                break;
            }
            ready.into_iter().for_each(|n| settled[n] = true);
        }
        let unsettled = self
            .controls
            .iter()
            .zip(&settled)
            .filter(|(_, settled)| !**settled);
        for (control, _) in unsettled {
            let message = format!(
                "the rules that show {} depend on what they hide",
                control.pointer
            );
            let place = &control.place;
            let code = "rule_cycle";
            problems.push(DefinitionProblem::new(File::UiSchema, place, code, message));
        }
    }

    fn is_ready(&self, control: usize, computed: &[Computed], settled: &[bool]) -> bool {
        let control = &self.controls[control];
        let rules = control.rules.iter().map(|&rule| &self.rules[rule]);
        let computed = computed.iter().filter(|c| c.pointer() == control.pointer);
        let computed = computed.flat_map(Computed::reads);
        let mut read = rules.flat_map(Rule::reads).chain(computed);
        read.all(|pointer| {
            let mut others = self.controls.iter().zip(settled);
            others.all(|(other, settled)| *settled || !overlap(&other.pointer, pointer))
        })
    }
}

impl Control {
    fn reaches(&self, property: &str) -> bool {
        let below = is_within(property, &self.pointer);
        is_within(&self.pointer, property) || (below && !self.has_detail)
    }
}

/// What stands around an element.
#[derive(Clone, Default)]
struct Surroundings {
    /// The rules that can hide it.
    rules: Vec<usize>,
    enabled: Enabled,
    /// The object or list whose `options.detail` it is in.
    detail_of: Option<String>,
}

struct Reader<'a> {
    properties: &'a [Property],
    problems: &'a mut Vec<DefinitionProblem>,
    layout: Layout,
}

impl Reader<'_> {
    fn report(&mut self, pointer: &str, code: &'static str, message: impl Into<String>) {
        let problem = DefinitionProblem::new(File::UiSchema, pointer, code, message);
        self.problems.push(problem);
    }

    fn element(&mut self, element: &Value, at: &str, around: &Surroundings) {
        let mut around = around.clone();
        if around.detail_of.is_some() && read_only_option(element) == Some(true) {
            let message = "the details of an object or list are not read-only one by one";
            self.report(&format!("{at}/options"), "outside_profile", message);
        }
        around.enabled = around.enabled.at(element, self.is_read_only(element));
        if let Some(rule) = element.get("rule") {
            self.rule(rule, &format!("{at}/rule"), &mut around);
        }
        let kind = element["type"].as_str().unwrap_or_default();
        self.words(element, kind, at);
        match kind {
            "Control" => self.control(element, at, around),
            "Label" => {}
            "Categorization" | "Category" | "Group" | "VerticalLayout" | "HorizontalLayout" => {
                let elements = element["elements"].as_array().into_iter().flatten();
                for (n, element) in elements.enumerate() {
                    self.element(element, &format!("{at}/elements/{n}"), &around);
                }
            }
            _ => self.report(
                at,
                "unknown_element",
                format!("no element is called {kind:?}"),
            ),
        }
    }

    /// What is not about an answer has a key of its own or no words; the words of controls are known by their answers.
    fn words(&mut self, element: &Value, kind: &str, at: &str) {
        let word = if kind == "Label" { "text" } else { "label" };
        if let Some(i18n) = element["i18n"].as_str() {
            self.layout.texts.push(format!("{i18n}.{word}"));
        } else if kind != "Control" && element[word].is_string() {
            let message = "words stand in the texts, under the key that i18n names";
            self.report(&format!("{at}/{word}"), "outside_profile", message);
        } else if matches!(kind, "Category" | "Group" | "Label") {
            let message = format!("a {kind} says with i18n under which key its words stand");
            self.report(at, "missing_text", message);
        }
    }

    fn control(&mut self, element: &Value, at: &str, around: Surroundings) {
        let scope = element["scope"].as_str().and_then(scope_to_pointer);
        let pointer = scope.map(|s| around.detail_of.clone().unwrap_or_default() + &s);
        let Some(pointer) = pointer.filter(|p| self.exists(p, around.detail_of.is_some())) else {
            let message = "the scope names no property of the schema";
            return self.report(&format!("{at}/scope"), "scope_not_found", message);
        };
        let detail = element.pointer("/options/detail").filter(|d| d.is_object());
        let control = Control {
            pointer: pointer.clone(),
            rules: around.rules,
            enabled: around.enabled,
            place: at.to_owned(),
            i18n: element["i18n"].as_str().map(str::to_owned),
            has_detail: detail.is_some(),
        };
        match around.detail_of {
            None => self.layout.controls.push(control),
            Some(_) => self.layout.details.push(control),
        }
        if let Some(detail) = detail {
            let inside = Surroundings {
                detail_of: Some(pointer),
                ..Surroundings::default()
            };
            self.element(detail, &format!("{at}/options/detail"), &inside);
        }
    }

    fn rule(&mut self, rule: &Value, at: &str, around: &mut Surroundings) {
        if around.detail_of.is_some() {
            let message = "the details of a list have no rules";
            return self.report(at, "rule_in_detail", message);
        }
        let rule = match Rule::parse(rule) {
            Ok(rule) => rule,
            Err(error) => {
                let pointer = format!("{at}{}", error.pointer);
                return self.report(&pointer, error.code, error.message);
            }
        };
        for pointer in rule.reads() {
            if !self.exists(pointer, false) {
                let message = format!("the rule reads {pointer}, which the schema does not have");
                self.report(&format!("{at}/condition"), "scope_not_found", message);
            }
        }
        let number = self.layout.rules.len();
        if rule.decides_visibility() {
            around.rules.push(number);
        } else {
            around.enabled = Enabled::By(number);
        }
        self.layout.rules.push(rule);
    }

    /// Whether the element is a control of a property that the schema calls `readOnly`.
    fn is_read_only(&self, element: &Value) -> bool {
        let pointer = element["scope"].as_str().and_then(scope_to_pointer);
        let mut properties = self.properties.iter();
        properties.any(|p| p.read_only && Some(&p.pointer) == pointer.as_ref())
    }

    fn exists(&self, pointer: &str, in_detail: bool) -> bool {
        let mut properties = self.properties.iter();
        properties.any(|p| p.pointer == pointer && (in_detail || !p.in_list))
    }
}

/// JSON Forms knows both spellings.
fn read_only_option(element: &Value) -> Option<bool> {
    let options = element.get("options")?;
    let option = |name| options.get(name).and_then(Value::as_bool);
    option("readonly").or_else(|| option("readOnly"))
}
