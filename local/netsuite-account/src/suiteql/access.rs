//! What the integration's role may see.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::catalog::{self, Column, Kind, Table};

/// A column of the catalog, written `table.column` and lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnName {
    pub table: String,
    pub column: String,
}

impl FromStr for ColumnName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || format!("{text:?} is no table.column of the account");
        let (table, column) = text.split_once('.').ok_or_else(unknown)?;
        let table = catalog::table(table).ok_or_else(unknown)?;
        let column = table.column(column).ok_or_else(unknown)?;
        Ok(Self { table: table.name.to_owned(), column: column.name.to_owned() })
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
