//! Creating and widening typed tables, in both dialects. Tables never lose a column.

use forebay_model::ColumnType;

use super::{HISTORY_KEYS, HISTORY_VERSION, KEYS, PARENT, TypedColumn, VERSION, history_of, policy};
use crate::dialect::{Dialect, SqlType, quote, tsql};

/// Creates the stream's two tables with their system columns, where they do not exist.
pub fn create(dialect: Dialect, table: &str) -> Vec<String> {
    let history = history_of(table);
    let mut statements = vec![
        create_table(dialect, table, &[KEYS, VERSION, PARENT], KEYS),
        create_table(dialect, &history, &[HISTORY_KEYS, HISTORY_VERSION], HISTORY_KEYS),
        create_index(dialect, &history, "deleted", "_key", "[_deleted] = 1"),
        create_index(dialect, &history, "parent", "_parent", "[_parent] IS NOT NULL"),
        create_index(dialect, table, "_parent", "_parent", "[_parent] IS NOT NULL"),
    ];
    if dialect == Dialect::TSql {
        statements.extend([policy::protect(table), policy::protect(&history)]);
    }
    statements
}

/// Gives the current records of a table that an older version made their parents, which its history has.
pub fn renew(dialect: Dialect, table: &str) -> Vec<String> {
    let history = history_of(table);
    let index = create_index(dialect, table, "_parent", "_parent", "[_parent] IS NOT NULL");
    let (name, history_name) = (quote(table), quote(&history));
    let schema = if dialect == Dialect::TSql { "[dbo]." } else { "" };
    let fill = format!(
        "UPDATE {schema}{name} SET [_parent] = (SELECT MAX(h.[_parent]) FROM {schema}{history_name} AS h \
         WHERE h.[_tenant] = {name}.[_tenant] AND h.[_source] = {name}.[_source] AND h.[_key] = {name}.[_key] \
         AND h.[_deleted] = 0 AND h.[_valid_to] IS NULL) WHERE [_deleted] = 0"
    );
    match dialect {
        Dialect::Sqlite => vec![format!("ALTER TABLE {name} ADD COLUMN [_parent]"), index, fill],
        Dialect::TSql => {
            let parent = declare(dialect, "_parent", SqlType::Key, "NULL");
            let mut statements = vec![format!("ALTER TABLE [dbo].{name} ADD {parent};"), index];
            statements.extend(policy::lifted(&[table, &history], vec![format!("{fill};")]));
            statements
        }
    }
}

fn create_table(
    dialect: Dialect,
    table: &str,
    columns: &[&[(&str, SqlType)]],
    keys: &[(&str, SqlType)],
) -> String {
    let key_names: Vec<String> = keys.iter().map(|(name, _)| quote(name)).collect();
    let declared: Vec<String> = columns
        .concat()
        .iter()
        .map(|(name, sql_type)| {
            let nullable = matches!(*name, "_valid_to" | "_parent");
            declare(dialect, name, *sql_type, if nullable { "NULL" } else { "NOT NULL" })
        })
        .collect();
    let (declared, key_names) = (declared.join(", "), key_names.join(", "));
    match dialect {
        Dialect::Sqlite => format!(
            "CREATE TABLE IF NOT EXISTS {} ({declared}, PRIMARY KEY ({key_names})) WITHOUT ROWID",
            quote(table)
        ),
        // The key may be longer than the 900 bytes that a clustered index takes.
        Dialect::TSql => format!(
            "IF OBJECT_ID(N'[dbo].{name}', N'U') IS NULL CREATE TABLE [dbo].{name} ({declared}, \
             CONSTRAINT {constraint} PRIMARY KEY NONCLUSTERED ({key_names}));",
            name = quote(table),
            constraint = quote(&format!("pk_{table}")),
        ),
    }
}

/// An index over the rows that meet a condition; most rows do not.
fn create_index(dialect: Dialect, table: &str, suffix: &str, column: &str, condition: &str) -> String {
    let index = quote(&format!("{table}_{suffix}"));
    let on = format!("{} ([_tenant], [_source], {}) WHERE {condition}", quote(table), quote(column));
    match dialect {
        Dialect::Sqlite => format!("CREATE INDEX IF NOT EXISTS {index} ON {on}"),
        Dialect::TSql => format!(
            "IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE [name] = N'{table}_{suffix}' \
             AND [object_id] = OBJECT_ID(N'[dbo].{name}')) CREATE INDEX {index} ON [dbo].{on};",
            name = quote(table),
        ),
    }
}

/// SQLite's columns have no declared type where values are the stream's: its type affinity would turn the
/// text `007` of a widened column into a number.
fn declare(dialect: Dialect, name: &str, sql_type: SqlType, null: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("{} {null}", quote(name)),
        Dialect::TSql => format!("{} {} {null}", quote(name), tsql::column_type(sql_type)),
    }
}

/// Adds columns to both tables.
pub fn add(dialect: Dialect, table: &str, columns: &[TypedColumn]) -> Vec<String> {
    let tables = [table.to_owned(), history_of(table)];
    match dialect {
        Dialect::Sqlite => tables
            .iter()
            .flat_map(|t| {
                columns.iter().map(move |c| format!("ALTER TABLE {} ADD COLUMN {}", quote(t), quote(&c.name)))
            })
            .collect(),
        Dialect::TSql if columns.is_empty() => Vec::new(),
        Dialect::TSql => tables
            .iter()
            .map(|t| {
                let list: Vec<String> =
                    columns.iter().map(|c| declare(dialect, &c.name, c.column_type.into(), "NULL")).collect();
                format!("ALTER TABLE [dbo].{} ADD {};", quote(t), list.join(", "))
            })
            .collect(),
    }
}

/// Widens a column of both tables, and brings the values of all tenants into the form the wider type has.
pub fn widen(dialect: Dialect, table: &str, column: &str, from: ColumnType, to: ColumnType) -> Vec<String> {
    let tables = [table, &history_of(table)];
    let rewriting = tables.iter().flat_map(|table| widen_one(dialect, table, column, from, to)).collect();
    match dialect {
        Dialect::Sqlite => rewriting,
        Dialect::TSql => policy::lifted(&tables, rewriting),
    }
}

fn widen_one(dialect: Dialect, table: &str, column: &str, from: ColumnType, to: ColumnType) -> Vec<String> {
    match dialect {
        Dialect::Sqlite => sqlite_rewrite(&quote(column), from, to)
            .map(|value| {
                let column = quote(column);
                format!("UPDATE {} SET {column} = {value} WHERE {column} IS NOT NULL", quote(table))
            })
            .into_iter()
            .collect(),
        Dialect::TSql if SqlType::from(from) == SqlType::from(to) => Vec::new(),
        Dialect::TSql if to == ColumnType::Text => tsql_to_text(table, column, from),
        Dialect::TSql => {
            let to = tsql::column_type(to.into());
            vec![format!("ALTER TABLE [dbo].{} ALTER COLUMN {} {to} NULL;", quote(table), quote(column))]
        }
    }
}

/// SQLite's values carry their own types, which the reader converts, but for these.
fn sqlite_rewrite(column: &str, from: ColumnType, to: ColumnType) -> Option<String> {
    match (from, to) {
        (ColumnType::Boolean, ColumnType::Text) => {
            Some(format!("CASE {column} WHEN 0 THEN 'false' ELSE 'true' END"))
        }
        (ColumnType::Date, ColumnType::Timestamp) => Some(format!("{column} || 'T00:00:00.000000Z'")),
        (ColumnType::Integer | ColumnType::Float, ColumnType::Text) => {
            Some(format!("CAST({column} AS TEXT)"))
        }
        _ => None,
    }
}

/// `ALTER COLUMN` would cut a float to six digits and write a boolean as a number, so a new column takes
/// the old one's place.
fn tsql_to_text(table: &str, column: &str, from: ColumnType) -> Vec<String> {
    let (name, wide) = (quote(column), quote(&format!("{column}__wide")));
    let value = match from {
        ColumnType::Boolean => format!("CASE {name} WHEN 1 THEN N'true' WHEN 0 THEN N'false' END"),
        ColumnType::Float => format!("CONVERT(NVARCHAR(MAX), {name}, 3)"),
        ColumnType::Date => format!("CONVERT(NVARCHAR(MAX), {name}, 23)"),
        // Style 126 has the `T`, but leaves out a fraction of zero; 121 always has all six digits.
        ColumnType::Timestamp => format!("REPLACE(CONVERT(NVARCHAR(MAX), {name}, 121), N' ', N'T') + N'Z'"),
        _ => format!("CONVERT(NVARCHAR(MAX), {name})"),
    };
    let table_name = quote(table);
    vec![
        format!("ALTER TABLE [dbo].{table_name} ADD {wide} NVARCHAR(MAX) NULL;"),
        format!("UPDATE [dbo].{table_name} SET {wide} = {value};"),
        format!("ALTER TABLE [dbo].{table_name} DROP COLUMN {name};"),
        format!(
            "EXEC sp_rename N'[dbo].{table_name}.{}', N'{}', N'COLUMN';",
            wide.replace('\'', "''"),
            column.replace('\'', "''")
        ),
    ]
}
