//! The SQLite schema, made from the catalog.

use forebay_simulation::dataset::quoted;
use rusqlite::Connection;

use crate::catalog::{Kind, TABLES, Table};

/// Creates every table of the catalog and the one that holds what the file was generated from.
pub fn create_tables(db: &Connection) -> rusqlite::Result<()> {
    for table in TABLES {
        db.execute_batch(&table_sql(table))?;
    }
    Ok(())
}

/// Creates the indexes, best done once the rows are in.
pub fn create_indexes(db: &Connection) -> rusqlite::Result<()> {
    for table in TABLES {
        for (number, columns) in table.indexes.iter().enumerate() {
            let columns: Vec<String> = columns.split(',').map(quoted).collect();
            let name = quoted(&format!("{}_{number}", table.name));
            db.execute_batch(&format!(
                "CREATE INDEX {name} ON {} ({})",
                quoted(table.name),
                columns.join(",")
            ))?;
        }
    }
    db.execute_batch("ANALYZE")
}

fn table_sql(table: &Table) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .filter(|c| c.stored())
        .map(|c| {
            let held = match c.kind {
                Kind::Integer | Kind::Date | Kind::DateTime => "INTEGER",
                Kind::Decimal => "REAL",
                Kind::Text | Kind::Flag => "TEXT",
            };
            let key = if table.row_id == Some(c.name) { " PRIMARY KEY" } else { "" };
            let null = if c.nullable { "" } else { " NOT NULL" };
            format!("{} {held}{key}{null}", quoted(c.name))
        })
        .collect();
    format!("CREATE TABLE {} ({})", quoted(table.name), columns.join(", "))
}
