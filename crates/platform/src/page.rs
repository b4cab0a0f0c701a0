//! Keyset pages: a cursor names the last row seen, so rows that arrive meanwhile shift nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::error::{Error, Result};
use crate::extract::nul_pointer;
use crate::problem::Code;

/// The page a client asks for.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before; absent for the first page.
    #[validate(length(max = 200))]
    #[param(max_length = 200, example = "eyJpZCI6MX0")]
    pub after: Option<String>,
    /// How many entries at the most, 1 to 100.
    #[validate(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub limit: Option<i64>,
}

impl PageQuery {
    /// The number of entries wanted.
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(20)
    }

    /// The key of the last row the client has seen.
    ///
    /// # Errors
    /// `invalid_query` when the cursor is not one of ours.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>> {
        self.after.as_deref().map(decode).transpose()
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The entries, in the list's order.
    #[schema(max_items = 100)]
    pub items: Vec<T>,
    /// Cursor for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "eyJpZCI6MX0")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a page from rows fetched with `limit + 1`; `key` names a row for the cursor.
    ///
    /// # Errors
    /// When the key cannot be written as JSON.
    pub fn cut<R, K: Serialize>(
        mut rows: Vec<R>,
        limit: i64,
        key: impl FnOnce(&R) -> K,
        item: impl FnMut(R) -> T,
    ) -> Result<Self> {
        let limit = usize::try_from(limit).unwrap_or_default();
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last() {
            Some(last) if more => Some(encode(&key(last))?),
            _ => None,
        };
        Ok(Self {
            items: rows.into_iter().map(item).collect(),
            next,
        })
    }
}

fn encode(key: &impl Serialize) -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(key)?))
}

fn decode<K: DeserializeOwned>(cursor: &str) -> Result<K> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|json| serde_json::from_slice::<Value>(&json).ok())
        // A forged one may hold what PostgreSQL's text cannot.
        .filter(|key| nul_pointer(key, "").is_none())
        .and_then(|key| serde_json::from_value(key).ok())
        .ok_or_else(|| Error::new(Code::InvalidQuery).detail("after の値が正しくありません。"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_full_page_points_to_the_next_and_the_last_does_not() {
        let page = Page::cut(vec![1, 2, 3], 2, |last| *last, |row| row).unwrap();
        assert_eq!(page.items, [1, 2]);
        assert_eq!(decode::<i32>(&page.next.unwrap()).unwrap(), 2);
        let last = Page::cut(vec![3], 2, |last| *last, |row| row).unwrap();
        assert!(last.next.is_none());
    }

    #[test]
    fn a_foreign_cursor_is_an_invalid_query() {
        let error = decode::<i32>("!!").unwrap_err();
        assert_eq!(error.code(), Code::InvalidQuery);
    }

    #[test]
    fn a_forged_cursor_cannot_carry_nul_to_the_database() {
        for forged in [json!("a\0"), json!(["a\0", 1]), json!({"code": "\0"})] {
            let error = decode::<Value>(&encode(&forged).unwrap()).unwrap_err();
            assert_eq!(error.code(), Code::InvalidQuery, "{forged}");
        }
        let honest = encode(&("環境", 1)).unwrap();
        assert_eq!(decode::<(String, i32)>(&honest).unwrap().0, "環境");
    }
}
