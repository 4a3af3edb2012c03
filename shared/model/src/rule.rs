//! What a tenant expects of its data: rules on columns, on records and between streams.

mod condition;
mod number;
mod query;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use condition::{ColumnTest, Condition};
pub use number::number_in;
pub use query::{MOST_EXAMPLES, SetAnswer, SetQuery};

use crate::ids::{RunId, SourceId, StreamName};
use crate::instant::Instant;

/// A rule's name within a stream; it keeps it over its versions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub String);

/// How bad a violation is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    #[default]
    Warning,
    Critical,
}

impl RuleId {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a rule demands. Values in rules (ends of ranges, members of sets) are texts that are read in the column's
/// type, written as in JSON: `12.50`, `true`, `2026-03-01`, `2026-03-01T00:00:00Z`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Expectation {
    /// The column has a value; an empty text is one.
    NotNull {
        column: String,
    },
    /// Text values match this regular expression as a whole, by the `regex` crate's syntax: linear time. Records
    /// without a value are not looked at, here and in all rules on a column's values.
    Pattern {
        column: String,
        regex: String,
    },
    /// Both ends included; one of them may be left out. Numbers, dates and instants.
    Range {
        column: String,
        min: Option<String>,
        max: Option<String>,
    },
    OneOf {
        column: String,
        values: Vec<String>,
    },
    /// Values are among those of a reference list that the tenant manages under this name.
    Reference {
        column: String,
        list: String,
    },
    /// No two records share the values of all these columns. Records that lack one of them are not looked at.
    Unique {
        columns: Vec<String>,
    },
    /// Compares two columns of one record; a record that lacks either is not looked at.
    Compare {
        left: String,
        operator: Comparison,
        right: String,
    },
    /// Exactly one of the columns has a value.
    ExactlyOne {
        columns: Vec<String>,
    },
    /// Where the condition holds, the consequence does. Records where it does not hold are not looked at.
    IfThen {
        when: Condition,
        then: Condition,
    },
    /// The children's amounts add up to their parent's, within `tolerance` (0 where it is left out). `parent_key`
    /// and `total` are columns of the rule's stream, `line_parent` and `amount` of the stream `lines`.
    SumOfLines {
        parent_key: String,
        total: String,
        lines: StreamName,
        line_parent: String,
        amount: String,
        tolerance: Option<String>,
    },
    /// Every value of `column` is in the column `key` of stream `references`.
    ForeignKey {
        column: String,
        references: StreamName,
        key: String,
    },
}

impl Expectation {
    /// Whether all loaded records must be asked, which costs a scan of their tables in every run.
    pub fn asks_tables(&self) -> bool {
        match self {
            Self::Unique { .. } | Self::SumOfLines { .. } | Self::ForeignKey { .. } => true,
            Self::NotNull { .. }
            | Self::Pattern { .. }
            | Self::Range { .. }
            | Self::OneOf { .. }
            | Self::Reference { .. }
            | Self::Compare { .. }
            | Self::ExactlyOne { .. }
            | Self::IfThen { .. } => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

/// A rule as its author wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: RuleId,
    pub source: SourceId,
    pub stream: StreamName,
    pub description: String,
    #[serde(default)]
    pub severity: Severity,
    pub expectation: Expectation,
    /// The share of records, 0 to 1, that may violate it before an alert is raised.
    #[serde(default)]
    pub tolerated_share: f64,
}

/// One version of a rule. Versions are numbered from 1 and never changed; the newest holds, unless it is
/// retired.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionedRule {
    pub rule: Rule,
    pub version: u32,
    pub since: Instant,
    /// By whom: an identity's name, never a token.
    pub author: String,
    pub retired: bool,
}

/// A list of values that rules refer to by name, such as a tenant's cost centres.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceList {
    pub name: String,
    pub values: BTreeSet<String>,
}

/// A record that broke a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Violation {
    /// The record's key as text; masked where a key column is sensitive.
    pub key: String,
    /// The columns that the rule looked at, as texts cut at 128 characters, null where there was none; masked where
    /// their column is sensitive.
    pub values: Vec<(String, Option<String>)>,
}

/// What a rule came to in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleOutcome {
    pub rule: RuleId,
    pub version: u32,
    pub run: RunId,
    /// Records that the rule applied to.
    pub checked: u64,
    pub violations: u64,
    /// With 95% confidence `violations` is off by at most this; 0 where it was counted. Only uniqueness, observed
    /// over more records than fit a state (1,024, or 32 of one value), is estimated.
    #[serde(default)]
    pub margin: u64,
    /// Ten at most: those with the lowest hash of their key, so that merging gives the same ones.
    pub examples: Vec<Violation>,
    /// Why the rule could not be checked, in plain words. Counts are 0 then, or of the run's records alone where the
    /// tables did not answer: whether the rule holds is not known.
    pub failure: Option<String>,
    /// The time that a run has for asking tables was over before this rule's turn: it is asked first in the next
    /// one. Where records alone tell something, the counts are of them.
    #[serde(default)]
    pub deferred: bool,
    /// The revision of the stream's profile at which whole tables answered; `None` where they were not asked, or did
    /// not answer.
    #[serde(default)]
    pub answered: Option<u64>,
}
