//! What is wrong with a rule, told to its author.

use std::fmt;

use serde::Serialize;

/// One fault of a rule. Names shapes and never values: a rule may hold a customer's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleFault {
    /// Where it is, as a path in the rule's JSON, as in `expectation.when.values[2]`.
    pub field: String,
    /// The shape of what is there, as in `text of 7 characters`.
    pub found: String,
    pub expected: String,
    /// What its author can do.
    pub action: String,
}

impl RuleFault {
    pub(crate) fn new(
        field: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
        action: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), found: found.into(), expected: expected.into(), action: action.into() }
    }
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}, expected {}; {}", self.field, self.found, self.expected, self.action)
    }
}

impl std::error::Error for RuleFault {}

/// `text of 7 characters`.
pub(crate) fn shape(text: &str) -> String {
    match text.chars().count() {
        0 => "an empty text".to_owned(),
        1 => "text of 1 character".to_owned(),
        n => format!("text of {n} characters"),
    }
}
