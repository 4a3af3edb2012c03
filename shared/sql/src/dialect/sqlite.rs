//! SQLite's own texts.

use super::{quote, quoted_list};
use crate::driver::{ColumnSpec, WriteKind};

/// The statement that writes one row, for a prepared loop. Parameters: the keys, then the columns.
pub fn write_statement(kind: WriteKind, table: &str, keys: &[ColumnSpec], columns: &[ColumnSpec]) -> String {
    match kind {
        WriteKind::Insert => insert(table, keys, columns),
        WriteKind::Update => update(table, keys, columns),
        WriteKind::Upsert => {
            let target = quoted_list(keys.iter().map(|k| k.name.as_str()));
            let insert = insert(table, keys, columns);
            if columns.is_empty() {
                return format!("{insert} ON CONFLICT ({target}) DO NOTHING");
            }
            let sets: Vec<String> =
                columns.iter().map(|c| format!("{name} = excluded.{name}", name = quote(&c.name))).collect();
            format!("{insert} ON CONFLICT ({target}) DO UPDATE SET {}", sets.join(", "))
        }
    }
}

fn insert(table: &str, keys: &[ColumnSpec], columns: &[ColumnSpec]) -> String {
    let names = quoted_list(keys.iter().chain(columns).map(|c| c.name.as_str()));
    let places: Vec<String> = (1..=keys.len() + columns.len()).map(|n| format!("?{n}")).collect();
    format!("INSERT INTO {} ({names}) VALUES ({})", quote(table), places.join(", "))
}

fn update(table: &str, keys: &[ColumnSpec], columns: &[ColumnSpec]) -> String {
    let equals = |list: &[ColumnSpec], from: usize| -> Vec<String> {
        list.iter().enumerate().map(|(i, c)| format!("{} = ?{}", quote(&c.name), i + from)).collect()
    };
    format!(
        "UPDATE {} SET {} WHERE {}",
        quote(table),
        equals(columns, keys.len() + 1).join(", "),
        equals(keys, 1).join(" AND ")
    )
}
