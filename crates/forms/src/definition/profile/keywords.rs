//! The words of a schema.

/// Keywords that say nothing about which answers are right.
pub(crate) const ANNOTATIONS: [&str; 16] = [
    "title",
    "description",
    "examples",
    "default",
    "deprecated",
    "writeOnly",
    "$comment",
    "i18n",
    "x-prefill",
    "x-reuse",
    "x-address",
    "x-visible-to",
    "x-editable-by",
    "x-autocomplete",
    "x-personal",
    "x-sensitive",
];

/// Keywords that only ever narrow, and that nothing else depends on.
pub(crate) const NARROWING: [&str; 20] = [
    "type",
    "const",
    "enum",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "pattern",
    "format",
    "multipleOf",
    "uniqueItems",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "propertyNames",
];

/// Keywords that make requiredness depend on something other than the rules of the UI schema, or
/// let a reference point elsewhere than it seems to.
pub(super) const OUTSIDE: [&str; 11] = [
    "if",
    "then",
    "else",
    "dependentSchemas",
    "patternProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
];

/// What a schema is made of beside these.
const STRUCTURE: [&str; 17] = [
    "$schema",
    "$defs",
    "$ref",
    "properties",
    "required",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "items",
    "prefixItems",
    "contains",
    "minContains",
    "maxContains",
    "readOnly",
    "x-attachment",
    "x-computed",
    "x-max-characters",
];

/// Whether somebody reads the word. One that nobody reads would be a rule that its writer believes in.
pub(super) fn is_known(keyword: &str) -> bool {
    [&ANNOTATIONS[..], &NARROWING, &STRUCTURE]
        .iter()
        .any(|words| words.contains(&keyword))
}
