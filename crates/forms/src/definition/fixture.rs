//! A form for the tests of this crate.

use serde_json::{Value, json};

use super::FormDefinition;

/// A small form with everything in it: a hidden object, a rule inside it, a list, a consent.
pub(crate) fn definition() -> FormDefinition {
    serde_json::from_value(json!({
        "schema": schema(),
        "ui_schema": ui_schema(),
        "texts": {"ja": texts(), "ja-x-easy": texts(), "en": texts()},
        "policy": {
            "eligibility": {"ja": "市内に住む人", "ja-x-easy": "この市にすむ人", "en": "Residents"},
            "fee_kind": "per_unit",
            "fee_yen": 300,
            "processing_period": null,
            "approval_route": [{"role": "approver", "department": "children"}],
            "appeal": null
        },
        "examples": [
            {"name": "本人", "answers": {
                "kind": "self", "birth_date": "1990-04-01", "consent": true
            }, "valid": true},
            {"name": "空", "answers": {}, "valid": false, "errors": [
                {"pointer": "/kind", "code": "required"},
                {"pointer": "/birth_date", "code": "required"},
                {"pointer": "/consent", "code": "required"}
            ]}
        ]
    }))
    .unwrap()
}

fn schema() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["kind", "agent", "birth_date", "consent"],
        "properties": {
            "kind": {"oneOf": [{"const": "self"}, {"const": "agent"}]},
            "agent": {
                "type": "object",
                "additionalProperties": false,
                "required": ["name", "relation", "relation_detail"],
                "properties": {
                    "name": {"$ref": "#/$defs/name"},
                    "relation": {"type": "string", "enum": ["parent", "other"]},
                    "relation_detail": {"type": "string", "minLength": 1}
                }
            },
            "birth_date": {"type": "string", "format": "date"},
            "postal_code": {"type": "string", "pattern": "^\\d{3}-?\\d{4}$"},
            "children": {
                "type": "array", "minItems": 1, "maxItems": 12,
                "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "required": ["name"],
                    "properties": {
                        "name": {"$ref": "#/$defs/name"},
                        "age": {"type": "integer", "minimum": 0, "exclusiveMaximum": 19}
                    }
                }
            },
            "consent": {"const": true}
        },
        "$defs": {"name": {"type": "string", "minLength": 2, "maxLength": 4}}
    })
}

fn ui_schema() -> Value {
    let agent = "#/properties/agent/properties";
    let is_other = json!({"effect": "SHOW", "condition": {
        "scope": format!("{agent}/relation"), "schema": {"const": "other"}
    }});
    let is_agent = json!({"effect": "SHOW", "condition": {
        "type": "LEAF", "scope": "#/properties/kind", "expectedValue": "agent"
    }});
    json!({"type": "Categorization", "elements": [
        {"type": "Category", "i18n": "page.you", "elements": [
            {"type": "Control", "scope": "#/properties/kind", "i18n": "kind"},
            {"type": "Control", "scope": "#/properties/birth_date", "i18n": "birth_date"},
            {"type": "Control", "scope": "#/properties/postal_code", "i18n": "postal_code"}
        ]},
        {"type": "Category", "i18n": "page.agent", "rule": is_agent, "elements": [
            {"type": "Group", "i18n": "group.agent", "elements": [
                {"type": "Control", "scope": format!("{agent}/name"), "i18n": "agent_name"},
                {"type": "Control", "scope": format!("{agent}/relation")},
                {"type": "Control", "scope": format!("{agent}/relation_detail"), "rule": is_other}
            ]}
        ]},
        {"type": "Category", "i18n": "page.end", "elements": [
            {"type": "Control", "scope": "#/properties/children", "i18n": "children"},
            {"type": "Control", "scope": "#/properties/consent", "i18n": "consent"}
        ]}
    ]})
}

fn texts() -> Value {
    json!({
        "page.you.label": "あなた", "page.agent.label": "代理人", "page.end.label": "最後に",
        "kind.label": "申請する人", "kind.self": "本人", "kind.agent": "代理人",
        "birth_date.label": "生年月日", "postal_code.label": "郵便番号",
        "group.agent.label": "代理人について", "agent.label": "代理人", "agent_name.label": "代理人の氏名",
        "agent.relation.label": "関係", "agent.relation.parent": "親", "agent.relation.other": "その他",
        "agent.relation_detail.label": "関係の説明",
        "children.label": "お子さん", "children.name.label": "お子さんの氏名", "children.age.label": "お子さんの年齢",
        "consent.label": "同意", "consent.true": "同意します"
    })
}
