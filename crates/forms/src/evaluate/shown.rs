//! Which fields answers show, and which of them take another answer.

use chrono::NaiveDate;
use platform::pointer::overlap;
use serde_json::{Map, Value};

use crate::computed::{Known, compute};
use crate::definition::CompiledForm;
use crate::definition::ui::{Control, Enabled};
use crate::rules::Rule;

impl CompiledForm {
    /// Drops what is hidden and computes what is computed, until nothing changes any more: rules have
    /// no cycles, so each round settles at least one of them.
    pub(super) fn settle(
        &self,
        answers: &Map<String, Value>,
        today: NaiveDate,
    ) -> (Value, Vec<String>) {
        let beside = Known {
            today,
            fee_yen: self.fee_yen,
        };
        let compute = |answers, hidden: &[String]| {
            Value::Object(compute(&self.computed, answers, hidden, beside))
        };
        let mut hidden = Vec::new();
        let mut shown = compute(answers.clone(), &hidden);
        for _ in 0..=self.layout.rules.len() {
            let next = self.hidden_by(&shown);
            if next == hidden {
                break;
            }
            let mut kept = answers.clone();
            for pointer in &next {
                remove(&mut kept, pointer);
            }
            (shown, hidden) = (compute(kept, &next), next);
        }
        (shown, hidden)
    }

    /// A field is hidden when no visible control shows it, something around it or a part of it.
    fn hidden_by(&self, answers: &Value) -> Vec<String> {
        let visible = self.visible_controls(answers);
        let hidden = self.properties.iter().filter(|property| {
            let mut visible = visible.iter();
            !visible.any(|control| overlap(&control.pointer, property))
        });
        hidden.cloned().collect()
    }

    /// A field is disabled when all visible controls that show it are.
    pub(super) fn disabled_by(&self, answers: &Value) -> Vec<String> {
        let rules = self.layout.rules.iter();
        let enables: Vec<bool> = rules.map(|rule| rule.enables(answers)).collect();
        let is_enabled = |control: &&Control| match control.enabled {
            Enabled::Always => true,
            Enabled::Never => false,
            Enabled::By(rule) => enables[rule],
        };
        let visible = self.visible_controls(answers);
        let (enabled, disabled): (Vec<_>, Vec<_>) = visible.into_iter().partition(is_enabled);
        let about = |property: &str, controls: &[&Control]| {
            let mut controls = controls.iter();
            controls.any(|control| overlap(&control.pointer, property))
        };
        let properties = self.properties.iter();
        let disabled = properties.filter(|p| about(p, &disabled) && !about(p, &enabled));
        disabled.cloned().collect()
    }

    /// Whether a rule that disables the field reads one of the others.
    pub(super) fn may_be_enabled_by(&self, field: &str, others: &[&str]) -> bool {
        let controls = self.layout.controls.iter();
        let about = controls.filter(|control| overlap(&control.pointer, field));
        let rules = about.filter_map(|control| match control.enabled {
            Enabled::By(rule) => Some(&self.layout.rules[rule]),
            Enabled::Always | Enabled::Never => None,
        });
        let mut read = rules.flat_map(Rule::reads);
        read.any(|read| others.iter().any(|other| overlap(read, other)))
    }

    fn visible_controls(&self, answers: &Value) -> Vec<&Control> {
        let rules = self.layout.rules.iter();
        let shows: Vec<bool> = rules.map(|rule| rule.shows(answers)).collect();
        let is_visible = |control: &&Control| control.rules.iter().all(|&rule| shows[rule]);
        self.layout.controls.iter().filter(is_visible).collect()
    }
}

/// `retain`, unlike `remove`, keeps the order of the others under every feature of `serde_json`.
fn remove(answers: &mut Map<String, Value>, pointer: &str) {
    let path = pointer.trim_start_matches('/');
    match path.split_once('/') {
        None => answers.retain(|name, _| name != path),
        Some((parent, rest)) => {
            if let Some(Value::Object(members)) = answers.get_mut(parent) {
                remove(members, rest);
            }
        }
    }
}
