//! Writes rows in the catalog's column order.

use anyhow::{Context, Result};
use rusqlite::{Connection, Statement, ToSql};

use crate::catalog::Table;
use crate::store::quoted;

/// One prepared insert.
pub struct Inserter<'db> {
    table: &'static Table,
    statement: Statement<'db>,
}

impl<'db> Inserter<'db> {
    pub fn new(db: &'db Connection, table: &'static Table) -> Result<Self> {
        Ok(Self { table, statement: db.prepare(&insert_sql(table))? })
    }

    /// Inserts one row: a value for each stored column, in the catalog's order.
    pub fn put(&mut self, row: &[&dyn ToSql]) -> Result<()> {
        self.statement.execute(row).with_context(|| format!("cannot insert into {}", self.table.name))?;
        Ok(())
    }
}

/// The insert statement of a table, with one parameter per stored column.
pub fn insert_sql(table: &Table) -> String {
    let width = table.columns.iter().filter(|c| c.stored()).count();
    let marks: Vec<String> = (1..=width).map(|n| format!("?{n}")).collect();
    format!("INSERT INTO {} VALUES ({})", quoted(table.name), marks.join(","))
}
