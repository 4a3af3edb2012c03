//! Questions about whole tables that rules ask of whoever holds the tables.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Violation;
use crate::ids::StreamName;

/// What can only be asked of all records that are loaded, never of one alone. It is asked of one stream of one
/// source; other streams are of the same source. Records that were deleted are not looked at.
///
/// Values are compared exactly: texts by code point, case and trailing spaces included (so not by a database's
/// default collation), numbers by value (1 and 1.00 are equal). A number and a text are equal where the text
/// [is that number](super::number_in). A null equals nothing, as in SQL. Columns of other types than one another
/// cannot be compared, nor floats and JSON with anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SetQuery {
    /// No two records have the same values here. A record that lacks one of them is not looked at. Every record
    /// whose values another one has is a violation.
    Unique { columns: Vec<String> },
    /// The value is one of `references`' `key`. A record without a value is not looked at.
    ForeignKey { column: String, references: StreamName, key: String },
    /// The lines' amounts add up to the total, exactly, or no further from it than `tolerance`, which is not
    /// negative. A record without key or total is not looked at; one without lines has lines of 0, and so is an
    /// amount that is missing. Sums are exact decimals.
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
    /// Records that were looked at.
    pub checked: u64,
    pub violations: u64,
    /// The first [`MOST_EXAMPLES`] by key, in the order of code points, with the columns that [`SetQuery::shown`]
    /// names. Values are as they are loaded: masking them is the asker's part.
    pub examples: Vec<Violation>,
}

/// Most examples in one answer and in one outcome.
pub const MOST_EXAMPLES: usize = 10;

impl SetQuery {
    /// The columns of a violating record that its example shows, in order.
    pub fn shown(&self) -> Vec<&str> {
        match self {
            SetQuery::Unique { columns } => columns.iter().map(String::as_str).collect(),
            SetQuery::SumOfLines { parent_key, total, .. } => vec![parent_key, total],
            SetQuery::ForeignKey { column, .. } => vec![column],
        }
    }
}
