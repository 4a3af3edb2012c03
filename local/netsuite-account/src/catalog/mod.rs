//! What the account holds: its tables and columns, as SuiteQL and as the record service name them.
//!
//! One file per group of tables. The SQLite schema, SuiteQL's checks, `SELECT *`, the metadata catalog and the
//! record bodies are all read from here, so they cannot drift apart.

mod column;
mod custom;
mod entities;
mod items;
mod lists;
mod transactions;

pub use column::{Column, Exposure, Kind};

/// A record type that the record service serves rows of a table as.
#[derive(Debug, Clone, Copy)]
pub struct RestType {
    /// `salesOrder`.
    pub name: &'static str,
    /// The column that tells rows of this type apart and its value, when the table holds several types.
    pub only: Option<(&'static str, &'static str)>,
}

/// A SuiteQL table.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [Column],
    /// The column that is SQLite's row id, when one of the table's own columns can be.
    pub row_id: Option<&'static str>,
    /// Each entry is one index: its columns separated by commas.
    pub indexes: &'static [&'static str],
    /// The column BUILTIN.DF shows for a reference to this table.
    pub display: &'static str,
    pub rest: &'static [RestType],
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|c| c.name.eq_ignore_ascii_case(name))
    }
}

/// Every table of the account.
pub static TABLES: &[&Table] = &[
    &lists::SUBSIDIARY,
    &lists::CURRENCY,
    &lists::DEPARTMENT,
    &lists::CLASSIFICATION,
    &lists::LOCATION,
    &lists::ACCOUNT,
    &lists::ACCOUNTING_PERIOD,
    &entities::EMPLOYEE,
    &entities::CUSTOMER,
    &entities::VENDOR,
    &items::ITEM,
    &transactions::TRANSACTION,
    &transactions::TRANSACTION_LINE,
    &transactions::TRANSACTION_ACCOUNTING_LINE,
    &custom::DELETED_RECORD,
    &custom::CUSTOM_FIELD,
    &custom::CUSTOM_RECORD_TYPE,
    &custom::SHIPMENT_ROUTE,
];

/// The table of that name, in any letter case.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().copied().find(|t| t.name.eq_ignore_ascii_case(name))
}

/// The record type of that name, with the table its rows live in.
pub fn rest_type(name: &str) -> Option<(&'static Table, &'static RestType)> {
    TABLES.iter().find_map(|t| t.rest.iter().find(|r| r.name.eq_ignore_ascii_case(name)).map(|r| (*t, r)))
}

/// The record type that references to a table are described with.
pub fn reference_type(table_name: &str) -> &'static str {
    table(table_name).and_then(|t| t.rest.first()).map_or("nsResource", |r| r.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_row_id_display_and_reference_names_something_that_exists() {
        for t in TABLES {
            for index in t.indexes {
                for part in index.split(',') {
                    assert!(t.column(part).is_some(), "{}.{part}", t.name);
                }
            }
            assert!(t.column(t.display).is_some(), "{}", t.name);
            if let Some(id) = t.row_id {
                assert_eq!(t.column(id).map(|c| c.kind), Some(Kind::Integer), "{}", t.name);
            }
            for c in t.columns {
                assert_eq!(c.name, c.name.to_lowercase());
                assert!(c.reference.is_none_or(|r| table(r).is_some()), "{}.{}", t.name, c.name);
            }
        }
    }

    #[test]
    fn no_table_is_as_wide_as_the_vendors_silent_limit() {
        assert!(TABLES.iter().all(|t| t.columns.len() <= 100));
    }
}
