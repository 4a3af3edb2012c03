//! Rules on one column.

use std::borrow::Cow;
use std::collections::BTreeSet;

use forebay_model::Value;
use forebay_model::rule::Comparison;

use super::{Check, Verdict, at};
use crate::family::Family;
use crate::key::{Key, compares};
use crate::pattern::Pattern;

#[derive(Debug)]
pub(crate) struct NotNull {
    pub column: usize,
}

impl Check for NotNull {
    fn verdict(&self, values: &[Value]) -> Verdict {
        Verdict::of(!at(values, self.column).is_null())
    }
}

/// The whole text matches.
#[derive(Debug)]
pub(crate) struct Whole {
    pub column: usize,
    pub pattern: Pattern,
}

impl Check for Whole {
    fn verdict(&self, values: &[Value]) -> Verdict {
        match text(at(values, self.column)) {
            None => Verdict::NotLookedAt,
            Some(text) => Verdict::of(self.pattern.matches(&text)),
        }
    }
}

/// What a pattern is matched against; `None` for null.
pub(super) fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        other => other.to_text().map(Cow::Owned),
    }
}

#[derive(Debug)]
pub(crate) struct Range {
    pub column: usize,
    pub min: Option<Value>,
    pub max: Option<Value>,
}

impl Check for Range {
    fn verdict(&self, values: &[Value]) -> Verdict {
        let value = at(values, self.column);
        if value.is_null() {
            return Verdict::NotLookedAt;
        }
        let low = self.min.as_ref().is_none_or(|min| compares(value, Comparison::GreaterOrEqual, min));
        let high = self.max.as_ref().is_none_or(|max| compares(value, Comparison::LessOrEqual, max));
        Verdict::of(low && high)
    }
}

/// The value is in a set: one that the rule spells out, or a reference list.
#[derive(Debug)]
pub(crate) struct Members {
    pub column: usize,
    pub family: Family,
    pub set: BTreeSet<Key<'static>>,
}

impl Check for Members {
    fn verdict(&self, values: &[Value]) -> Verdict {
        match Key::of(at(values, self.column), self.family) {
            None => Verdict::NotLookedAt,
            Some(key) => Verdict::of(contains(&self.set, &key)),
        }
    }
}

/// The set's lifetime shortens to that of the key that is looked for.
pub(super) fn contains<'a>(set: &BTreeSet<Key<'a>>, key: &Key<'a>) -> bool {
    set.contains(key)
}
