//! What a tenant expects of its data: rules on columns, on records and between streams.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

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

/// What a rule demands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Expectation {
    NotNull {
        column: String,
    },
    /// Text values match this regular expression as a whole, by the `regex` crate's syntax: linear time.
    Pattern {
        column: String,
        regex: String,
    },
    /// Both ends included; either may be left out. Numbers, dates and instants, written as in JSON.
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
    /// Where the condition holds, the consequence does.
    IfThen {
        when: Condition,
        then: Condition,
    },
    /// The children's amounts add up to their parent's, within `tolerance`.
    SumOfLines {
        parent_key: String,
        total: String,
        lines: StreamName,
        line_parent: String,
        amount: String,
        tolerance: Option<String>,
    },
    /// Every value is a key of another stream.
    ForeignKey {
        column: String,
        references: StreamName,
        key: String,
    },
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

/// A test of one column of one record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub column: String,
    #[serde(flatten)]
    pub test: ColumnTest,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ColumnTest {
    Null,
    Present,
    OneOf { values: Vec<String> },
    Matches { regex: String },
    Compared { operator: Comparison, value: String },
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

/// A record that broke a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Violation {
    /// The record's key as text.
    pub key: String,
    /// The columns that the rule looked at, as texts, null where there was none; masked where their column is sensitive.
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
    /// Ten at most: those with the lowest hash of their key, so that merging gives the same ones.
    pub examples: Vec<Violation>,
    /// Why the rule could not be checked, in plain words; counts are 0 then.
    pub failure: Option<String>,
}

/// What can only be asked of all records that are loaded, never of one alone. It is asked of one stream of one
/// source; other streams are of the same source. Records that were deleted are not looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SetQuery {
    /// No two records have the same values here. A record that lacks one of them is not looked at. Every record
    /// whose values another one has is a violation.
    Unique { columns: Vec<String> },
    /// The value is one of `references`' `key`. A record without a value is not looked at.
    ForeignKey { column: String, references: StreamName, key: String },
    /// The lines' amounts add up to the total, exactly, or no further from it than `tolerance`. A record without
    /// key or total is not looked at; one without lines has lines of 0, and so is an amount that is missing.
    SumOfLines {
        parent_key: String,
        total: String,
        lines: StreamName,
        line_parent: String,
        amount: String,
        tolerance: Decimal,
    },
}

/// What came of a [`SetQuery`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SetAnswer {
    pub checked: u64,
    pub violations: u64,
    /// The first ten by key. Values are as they are loaded: masking them is the asker's part.
    pub examples: Vec<Violation>,
}
