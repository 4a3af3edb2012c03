//! What the integration's role may see.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::catalog::{Column, Kind, Table};

/// `table.column`, lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnName {
    pub table: String,
    pub column: String,
}

impl FromStr for ColumnName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_lowercase().split_once('.') {
            Some((table, column)) if !table.is_empty() && !column.is_empty() => {
                Ok(Self { table: table.to_owned(), column: column.to_owned() })
            }
            _ => Err(format!("{text:?} is not of the form table.column")),
        }
    }
}

impl std::fmt::Display for ColumnName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.table, self.column)
    }
}

/// Permissions that were taken away, and types that are not the catalog's any more. Everything else may be read.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Tables answered with "Record 'x' was not found."
    pub denied: BTreeSet<String>,
    /// Tables answered with zero rows and no error.
    pub silenced: BTreeSet<String>,
    /// Columns answered with "Unknown identifier".
    pub rejected: BTreeSet<ColumnName>,
    /// Columns whose type is wider than the catalog's.
    pub widened: BTreeMap<ColumnName, Kind>,
}

impl Access {
    /// The present type of a column.
    pub fn kind(&self, table: &Table, column: &Column) -> Kind {
        let this = |name: &&ColumnName| name.table == table.name && name.column == column.name;
        let wider = self.widened.keys().find(this).and_then(|name| self.widened.get(name));
        wider.copied().unwrap_or(column.kind)
    }

    pub fn rejects(&self, table: &str, column: &str) -> bool {
        self.rejected.iter().any(|r| r.table == table && r.column == column)
    }
}
