//! Every statement of the repository over a sample table that has a column of each type.

use forebay_model::ColumnType;

use crate::dialect::Dialect;
use crate::repository::statements;
use crate::typed::{Layout, TypedColumn};

fn sample() -> Layout {
    let column = |name: &str, column_type| TypedColumn { name: name.into(), column_type, revision: 1 };
    Layout {
        table: "netsuite_sample".into(),
        owner: "netsuite/sample".into(),
        columns: vec![
            column("active", ColumnType::Boolean),
            column("id", ColumnType::Integer),
            column("amount", ColumnType::Decimal { precision: 18, scale: 2 }),
            column("rate", ColumnType::Float),
            column("trandate", ColumnType::Date),
            column("lastmodified", ColumnType::Timestamp),
            column("memo", ColumnType::Text),
            column("address", ColumnType::Json),
        ],
        parent_table: Some("netsuite_parent".into()),
    }
}

/// Name and text of every T-SQL statement that the repository sends, creating and widening tables included.
pub fn tsql_samples() -> Vec<(String, String)> {
    statements(Dialect::TSql, &sample())
}

/// The same in SQLite's dialect.
pub fn sqlite_samples() -> Vec<(String, String)> {
    statements(Dialect::Sqlite, &sample())
}
