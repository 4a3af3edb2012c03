//! What the account holds: its tables and columns, as SuiteQL and as the record service name them.
//!
//! One file per group of tables. The SQLite schema, SuiteQL's checks, `SELECT *`, the metadata catalog and the
//! record bodies are all read from here, so they cannot drift apart.

mod column;
mod custom;
mod entities;
mod items;
mod lists;
mod related;
mod transactions;
mod wide;

pub use column::{Column, Exposure, Kind};
pub use custom::{RECORD_TYPES, record_type_of};
pub use wide::{FIELDS_PER_LINE, LINES};

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

    /// Whether SuiteQL knows the table. Some record types are shown by the record service alone.
    pub fn in_suiteql(&self) -> bool {
        self.name != related::MESSAGE.name
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
    &related::TERM,
    &related::PRICE_LEVEL,
    &related::UNITS_TYPE,
    &entities::EMPLOYEE,
    &entities::CUSTOMER,
    &entities::VENDOR,
    &related::CONTACT,
    &items::ITEM,
    &transactions::TRANSACTION,
    &transactions::TRANSACTION_LINE,
    &transactions::TRANSACTION_ACCOUNTING_LINE,
    &related::NEXT_TRANSACTION_LINK,
    &related::NEXT_TRANSACTION_LINE_LINK,
    &related::SYSTEM_NOTE,
    &related::MESSAGE,
    &custom::DELETED_RECORD,
    &custom::CUSTOM_FIELD,
    &custom::CUSTOM_RECORD_TYPE,
    &custom::SHIPMENT_ROUTE,
    &custom::QUALITY_CHECK,
];

/// Tables that NetSuite has and this account or its role does not: features that are off, lists nobody may see.
/// SuiteQL says that the record was not found, where it calls a name it never heard of an invalid search type.
pub static NOT_ENABLED: &[&str] = &[
    "partner",
    "job",
    "opportunity",
    "supportcase",
    "campaign",
    "projecttask",
    "promotioncode",
    "revenueplan",
    "bin",
    "inventorynumber",
    "manufacturingrouting",
    "customrecord_payroll_grade",
];

/// The table of that name among those that NetSuite has and this account does not show.
pub fn not_enabled(name: &str) -> Option<&'static str> {
    NOT_ENABLED.iter().copied().find(|n| n.eq_ignore_ascii_case(name))
}

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
    fn customers_alone_have_more_columns_than_a_select_list_holds() {
        let readable = |t: &&&Table| {
            let shown = |c: &&Column| !matches!(c.exposure, Exposure::RecordOnly | Exposure::Breaks);
            t.columns.iter().filter(shown).count() > 130
        };
        assert_eq!(TABLES.iter().filter(readable).map(|t| t.name).collect::<Vec<_>>(), ["customer"]);
        let names: std::collections::BTreeSet<&str> =
            entities::CUSTOMER.columns.iter().map(|c| c.name).collect();
        assert_eq!(names.len(), entities::CUSTOMER.columns.len());
        assert!(TABLES.iter().all(|t| t.name == "customer" || t.columns.len() <= 100));
    }

    #[test]
    fn what_is_not_enabled_is_no_table_of_the_account() {
        assert!(NOT_ENABLED.iter().all(|name| table(name).is_none()));
        for (_, script, _) in RECORD_TYPES {
            assert!(table(script).is_some() != not_enabled(script).is_some(), "{script}");
        }
    }
}
