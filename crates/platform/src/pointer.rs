//! JSON Pointers (RFC 6901): the one way to say where in answers and definitions something is.

use serde_json::{Map, Value};

/// The name as a token of a pointer.
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The pointer of a member of what the pointer leads to.
pub fn child(parent: &str, name: &str) -> String {
    format!("{parent}/{}", escaped(name))
}

/// The names and numbers on the way, as they are in the JSON.
pub fn tokens(pointer: &str) -> impl Iterator<Item = String> {
    let tokens = pointer.split('/').skip(1);
    tokens.map(|token| token.replace("~1", "/").replace("~0", "~"))
}

/// What the pointer leads to from the members of an object; nothing when it is empty.
pub fn of_members<'m>(members: &'m Map<String, Value>, pointer: &str) -> Option<&'m Value> {
    let (name, rest) = first_and_rest(pointer)?;
    members.get(&name)?.pointer(rest)
}

/// The same, to be changed.
pub fn of_members_mut<'m>(
    members: &'m mut Map<String, Value>,
    pointer: &str,
) -> Option<&'m mut Value> {
    let (name, rest) = first_and_rest(pointer)?;
    members.get_mut(&name)?.pointer_mut(rest)
}

fn first_and_rest(pointer: &str) -> Option<(String, &str)> {
    let name = tokens(pointer).next()?;
    let rest = pointer.get(1..)?.find('/');
    Some((name, rest.map_or("", |at| &pointer[at + 1..])))
}

/// Whether the pointer leads to the ancestor or to something inside it.
pub fn is_within(pointer: &str, ancestor: &str) -> bool {
    let rest = pointer.strip_prefix(ancestor);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether what one pointer leads to is, or is part of, what the other leads to.
pub fn overlap(one: &str, other: &str) -> bool {
    is_within(one, other) || is_within(other, one)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_holds_itself_and_what_is_inside_but_no_namesake() {
        assert!(is_within("/name", "/name"));
        assert!(is_within("/children/0/name", "/children"));
        assert!(is_within("/children/0/name", "/children/0/name"));
        assert!(!is_within("/name_kana", "/name"));
        assert!(!is_within("/children", "/children/0"));
        assert!(overlap("/children", "/children/0"));
        assert!(!overlap("/children/1", "/children/0"));
    }

    #[test]
    fn members_are_found_as_in_the_whole() {
        let whole = json!({"a": {"b/c": [1, {"~d": 2}]}, "": 3});
        let members = whole.as_object().unwrap();
        for pointer in ["/a", "/a/b~1c", "/a/b~1c/1/~0d", "/", "/a/x", "/x/y", "a"] {
            assert_eq!(
                of_members(members, pointer),
                whole.pointer(pointer),
                "{pointer}"
            );
        }
        assert_eq!(of_members(members, ""), None);
        let tokens: Vec<_> = tokens("/a/b~1c/~01").collect();
        assert_eq!(tokens, ["a", "b/c", "~1"]);
        assert_eq!(child("/a", "b/~c"), "/a/b~1~0c");
    }
}
