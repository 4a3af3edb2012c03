//! Long lists in slices: `limit` items after the item that the opaque token `after` names.

use axum::Json;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use forebay_ports::repository::Slice;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemKind};

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 1000;

/// A slice of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// Give this as `after` to read on; null at the end. Also sent as `Link` with `rel="next"`.
    #[schema(required = true)]
    pub next: Option<String>,
}

/// Rides with a response to where its `Link` header is made.
#[derive(Clone)]
pub(crate) struct NextToken(pub String);

impl<T: Serialize> IntoResponse for Listing<T> {
    fn into_response(self) -> Response {
        let next = self.next.clone();
        let mut response = Json(self).into_response();
        if let Some(token) = next {
            response.extensions_mut().insert(NextToken(token));
        }
        response
    }
}

impl<T> Listing<T> {
    /// A list that is never cut.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

/// `limit` of a query: 1 to 1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Limit(u32);

impl TryFrom<String> for Limit {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(limit @ 1..=MAX_LIMIT) => Ok(Self(limit)),
            Ok(_) => Err(format!("a number out of range; expected 1 to {MAX_LIMIT}")),
            Err(_) => {
                Err(format!("text of {} characters; expected a number from 1 to {MAX_LIMIT}", text.len()))
            }
        }
    }
}

/// What a request asks of a list. A token belongs to one list: that of another is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    list: &'static str,
    after: Option<String>,
    limit: u32,
}

impl Paging {
    pub fn new(list: &'static str, after: Option<&str>, limit: Option<Limit>) -> Result<Self, Problem> {
        let after = after.map(|token| decode(list, token)).transpose()?;
        Ok(Self { list, after, limit: limit.map_or(DEFAULT_LIMIT, |l| l.0) })
    }

    pub fn limit(&self) -> usize {
        self.limit as usize
    }

    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// What to ask the repository for: one more than is shown, to know whether there is more.
    pub fn slice(&self) -> Slice {
        Slice { after: self.after.clone(), limit: self.limit + 1 }
    }

    /// The token that names an item of this list.
    pub fn token(&self, item: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}\n{item}", self.list))
    }

    /// Cuts the surplus item off and makes the token of the last one kept.
    pub fn cut<T>(&self, mut items: Vec<T>, name: impl Fn(&T) -> &str) -> (Vec<T>, Option<String>) {
        let more = items.len() > self.limit();
        items.truncate(self.limit());
        let next = items.last().filter(|_| more).map(|last| self.token(name(last)));
        (items, next)
    }

    /// Slices a list that is in memory and in order of name.
    pub fn cut_whole<T>(&self, items: Vec<T>, name: impl Fn(&T) -> &str) -> (Vec<T>, Option<String>) {
        let rest = items.into_iter().filter(|item| self.after().is_none_or(|after| name(item) > after));
        let rest = rest.take(self.limit() + 1).collect();
        self.cut(rest, name)
    }
}

fn decode(list: &str, token: &str) -> Result<String, Problem> {
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let item = text.as_deref().and_then(|text| text.strip_prefix(list)?.strip_prefix('\n'));
    item.map(str::to_string).ok_or_else(|| {
        let detail = format!(
            "query parameter `after`: text of {} characters that is no token of this list; \
             expected the `next` of this list's last answer, unchanged",
            token.len()
        );
        Problem::new(ProblemKind::InvalidQuery, detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(after: Option<&str>, limit: &str) -> Paging {
        Paging::new("things", after, Some(Limit::try_from(limit.to_string()).unwrap())).unwrap()
    }

    #[test]
    fn following_the_tokens_reads_every_item_once() {
        let all: Vec<String> = (0..7).map(|i| format!("item-{i}\u{1f}é")).collect();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let (items, next) = paging(after.as_deref(), "3").cut_whole(all.clone(), |i| i);
            assert!((1..=3).contains(&items.len()));
            seen.extend(items);
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn a_full_last_slice_has_no_next() {
        let (items, next) = paging(None, "3").cut_whole(vec!["a", "b", "c"], |i| i);
        assert_eq!((items.len(), next), (3, None));
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        let token = paging(None, "1").token("x");
        assert!(Paging::new("things", Some(&token), None).is_ok());
        assert!(Paging::new("runs", Some(&token), None).is_err());
        assert!(Paging::new("things", Some("%%%"), None).is_err());
    }

    #[test]
    fn a_limit_is_1_to_1000() {
        for bad in ["0", "1001", "-1", "", "ten", "99999999999999999999"] {
            assert!(Limit::try_from(bad.to_string()).is_err(), "{bad}");
        }
    }
}
