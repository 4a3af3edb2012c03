//! SuiteQL: parsed with sqlparser, checked against what NetSuite accepts, rewritten to SQLite.

mod access;
mod compare;
mod expression;
pub mod format;
mod fragment;
mod functions;
mod keyset;
mod number;
mod operators;
mod page;
mod predicate;
mod query;
mod refusal;
mod scope;
mod select;
mod source;
mod translator;

pub use access::{Access, ColumnName};
pub use fragment::{Flavour, OutputColumn, Type};
pub use page::{Page, PageRequest, Totals, run};
pub use refusal::{Refusal, USER_ERROR};
pub use translator::{Plan, plan};

/// Rows that one query can reach at most without SuiteAnalytics Connect.
pub const ROW_CAP: u64 = 100_000;
/// Rows a page holds at most, and by default.
pub const PAGE_LIMIT: u64 = 1_000;
/// Pages that one query can be read in at most.
pub const PAGE_CAP: u64 = 1_000;
/// Values an IN list holds at most.
pub const IN_CAP: usize = 1_000;
/// Select lists longer than this yield no rows, and no error.
pub const SILENT_COLUMN_CAP: usize = 100;

/// What the SQL functions of the store share with the translation.
pub mod functions_support {
    pub use super::compare::read_user_date;
    pub use super::number::{parse as parse_number, show as show_number};
}
