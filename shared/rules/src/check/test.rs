//! The conditions of `if … then …`.

use std::collections::BTreeSet;

use forebay_model::Value;
use forebay_model::rule::Comparison;

use super::at;
use super::column::{contains, text};
use crate::family::Family;
use crate::key::{Key, compares};
use crate::pattern::Pattern;

#[derive(Debug)]
pub(crate) struct Test {
    pub column: usize,
    pub of: TestOf,
}

#[derive(Debug)]
pub(crate) enum TestOf {
    Null,
    Present,
    Member(Family, BTreeSet<Key<'static>>),
    Matches(Pattern),
    Compared(Comparison, Value),
}

impl Test {
    /// A column without a value passes `Null` and nothing else.
    pub fn passes(&self, values: &[Value]) -> bool {
        let value = at(values, self.column);
        if value.is_null() {
            return matches!(self.of, TestOf::Null);
        }
        match &self.of {
            TestOf::Null => false,
            TestOf::Present => true,
            TestOf::Member(family, set) => Key::of(value, *family).is_some_and(|key| contains(set, &key)),
            TestOf::Matches(pattern) => text(value).is_some_and(|text| pattern.matches(&text)),
            TestOf::Compared(operator, other) => compares(value, *operator, other),
        }
    }
}
