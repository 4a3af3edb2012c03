//! The tables that follow from stream schemas: `{connector}_{stream}` with each record as it is now, and
//! `{connector}_{stream}_history` with all of its versions.

pub mod convert;
pub mod ddl;
mod policy;

use forebay_model::{ColumnType, StreamSchema, schema::table_name};
use forebay_ports::PortError;

use crate::dialect::SqlType::{self, Boolean, Hash, Id, Instant, Key};
use crate::driver::ColumnSpec;
use crate::table::specs;

/// Identifies a record in its table.
pub const KEYS: &[(&str, SqlType)] = &[("_tenant", Id), ("_source", Id), ("_key", Key)];

/// A record's version, its content's hash, and the page that brought it.
pub const VERSION: &[(&str, SqlType)] =
    &[("_modified", Instant), ("_observed", Instant), ("_deleted", Boolean), ("_hash", Hash), ("_page", Id)];

/// The key of the record that this one is part of, in the current table.
pub const PARENT: &[(&str, SqlType)] = &[("_parent", Key)];

/// Identifies a version of a record. `_observed` is not part of it: the same version seen again by a
/// later run is the same version.
pub const HISTORY_KEYS: &[(&str, SqlType)] = &[
    ("_tenant", Id),
    ("_source", Id),
    ("_key", Key),
    ("_modified", Instant),
    ("_deleted", Boolean),
    ("_hash", Hash),
];

/// `_parent` is the key of the record that this one is part of, for streams that have a parent.
pub const HISTORY_VERSION: &[(&str, SqlType)] =
    &[("_observed", Instant), ("_page", Id), ("_valid_to", Instant), ("_parent", Key)];

/// SQL Server takes names of 128 characters; `_history` and an index's suffix must fit behind.
const MAX_TABLE_NAME: usize = 100;

/// One column of a typed table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedColumn {
    pub name: String,
    pub column_type: ColumnType,
    /// Rises by one each time the column is widened.
    pub revision: u32,
}

/// A typed table as it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub table: String,
    /// Whose table it is: `{connector}/{stream}`. Names that differ only in characters that a table name
    /// cannot hold would share a table.
    pub owner: String,
    pub columns: Vec<TypedColumn>,
    pub parent_table: Option<String>,
}

impl Layout {
    pub fn history(&self) -> String {
        history_of(&self.table)
    }

    pub fn column(&self, name: &str) -> Option<&TypedColumn> {
        self.columns.iter().find(|c| c.name == name)
    }

    pub fn column_specs(&self) -> Vec<ColumnSpec> {
        self.columns.iter().map(|c| ColumnSpec::new(&c.name, c.column_type.into())).collect()
    }

    /// Version columns, the parent, then the stream's.
    pub fn current_columns(&self) -> Vec<ColumnSpec> {
        let mut columns = specs(VERSION);
        columns.extend(specs(PARENT));
        columns.extend(self.column_specs());
        columns
    }

    /// Version columns of the history, then the stream's.
    pub fn history_columns(&self) -> Vec<ColumnSpec> {
        let mut columns = specs(HISTORY_VERSION);
        columns.extend(self.column_specs());
        columns
    }

    /// Grows with every added and every widened column, and never otherwise.
    pub fn revision(&self) -> u64 {
        self.columns.iter().map(|c| u64::from(c.revision)).sum()
    }

    /// The table with the schema's columns only, in the schema's order: all tenants' columns are in it, and
    /// their names are not for each other.
    pub fn shown(&self, schema: &StreamSchema) -> Self {
        let columns = schema.columns.iter().filter_map(|c| self.column(&c.name).cloned()).collect();
        Self {
            table: self.table.clone(),
            owner: self.owner.clone(),
            columns,
            parent_table: self.parent_table.clone(),
        }
    }

    /// What must change for the table to take the schema's records.
    pub fn growth(&self, schema: &StreamSchema) -> Growth {
        let mut growth = Growth::default();
        for wanted in &schema.columns {
            match self.column(&wanted.name) {
                None => growth.added.push(TypedColumn {
                    name: wanted.name.clone(),
                    column_type: wanted.column_type,
                    revision: 1,
                }),
                Some(known) if known.column_type.widen(wanted.column_type) != known.column_type => {
                    growth.widened.push((known.clone(), known.column_type.widen(wanted.column_type)));
                }
                Some(_) => {}
            }
        }
        growth
    }
}

/// Columns to add, and columns to widen with their new types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Growth {
    pub added: Vec<TypedColumn>,
    pub widened: Vec<(TypedColumn, ColumnType)>,
}

impl Growth {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.widened.is_empty()
    }
}

/// See [`Layout::owner`].
pub fn owner(connector: &str, stream: &str) -> String {
    format!("{connector}/{stream}")
}

pub fn history_of(table: &str) -> String {
    format!("{table}_history")
}

/// The table of the schema's parent stream.
pub fn parent_table(schema: &StreamSchema) -> Option<String> {
    schema.parent.as_ref().map(|parent| table_name(&schema.connector, &parent.stream))
}

/// Refuses a schema whose names cannot become a table's.
pub fn check_names(schema: &StreamSchema) -> Result<(), PortError> {
    let rejected = |detail: String| Err(PortError::Rejected { service: "database", detail });
    check_table(&schema.table())?;
    let reserved = KEYS.iter().chain(VERSION).chain(HISTORY_VERSION);
    let mut seen: Vec<String> = reserved.map(|(name, _)| (*name).to_owned()).collect();
    for column in &schema.columns {
        let name = column.name.to_ascii_lowercase();
        if name.is_empty() || name.len() > 120 || name.contains(['[', ']', '\0', '?']) {
            return rejected(format!(
                "column `{}` of stream {} is no column name",
                column.name, schema.stream
            ));
        }
        if seen.contains(&name) {
            return rejected(format!("column `{}` of stream {} is named twice", column.name, schema.stream));
        }
        seen.push(name);
    }
    Ok(())
}

pub fn check_table(table: &str) -> Result<(), PortError> {
    if table.len() > MAX_TABLE_NAME {
        let detail = format!("the table name `{table}` is longer than {MAX_TABLE_NAME} characters");
        return Err(PortError::Rejected { service: "database", detail });
    }
    Ok(())
}
