//! T-SQL's own texts. They keep to the grammar of SQL Server 2019, which the parse check knows.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use xxhash_rust::xxh3::xxh3_128;

use super::{MAX_KEY, SqlType, quote, quoted_list};
use crate::driver::{ColumnSpec, WriteKind};
use crate::value::SqlValue;

/// Compares by code point, as SQLite does, whatever the database's own collation is: `a` and `A` are two
/// tenants.
pub const COLLATION: &str = "Latin1_General_100_BIN2";

/// Says for whom the connection works from now on. `@P1` is the tenant, or an empty text for none.
pub const SET_TENANT: &str = "EXEC sp_set_session_context @key = N'tenant', @value = @P1;";

/// Takes an exclusive lock until the transaction ends; gives a negative code when it was not free within 30 s.
pub const LOCK: &str = "DECLARE @granted INT; \
    EXEC @granted = sp_getapplock @Resource = @P1, @LockMode = N'Exclusive', \
    @LockOwner = N'Transaction', @LockTimeout = 30000; \
    SELECT CAST(@granted AS BIGINT);";

/// A text as the number that it is by `forebay_model::rule::number_in`, with so many digits behind the point; null
/// where it is none, and where other digits than zeros follow them.
pub fn number_in(text: &str, places: u8) -> String {
    let t = format!("{text} COLLATE {COLLATION}");
    let beyond = usize::from(places) + 1;
    format!(
        "CASE WHEN DATALENGTH({text}) <= 76 AND {t} LIKE N'[-+0-9]%' AND {t} LIKE N'%[0-9]' \
         AND SUBSTRING({t}, 2, 38) NOT LIKE N'%[^0-9.]%' AND {t} NOT LIKE N'%.%.%' AND {t} NOT LIKE N'[-+].%' \
         AND (CHARINDEX(N'.', {t}) = 0 OR SUBSTRING({t}, CHARINDEX(N'.', {t}) + {beyond}, 38) NOT LIKE N'%[^0]%') \
         THEN TRY_CAST({text} AS DECIMAL(38, {places})) END"
    )
}

/// A lock's name as SQL Server takes it, which is at most 255 characters: hashed.
pub fn lock_resource(name: &str) -> String {
    format!("forebay:{:032x}", xxh3_128(name.as_bytes()))
}

/// The type's name, without collation.
pub fn type_name(sql_type: SqlType) -> String {
    match sql_type {
        SqlType::Id => "NVARCHAR(128)".into(),
        SqlType::Key => format!("NVARCHAR({MAX_KEY})"),
        SqlType::Hash => "CHAR(32)".into(),
        SqlType::Text => "NVARCHAR(MAX)".into(),
        SqlType::Small => "INT".into(),
        SqlType::Integer => "BIGINT".into(),
        SqlType::Boolean => "BIT".into(),
        SqlType::Decimal { precision, scale } => format!("DECIMAL({precision}, {scale})"),
        SqlType::Float => "FLOAT(53)".into(),
        SqlType::Date => "DATE".into(),
        SqlType::Instant => "DATETIME2(6)".into(),
        SqlType::Bytes => "VARBINARY(MAX)".into(),
    }
}

/// The type as a column is declared.
pub fn column_type(sql_type: SqlType) -> String {
    let collated = matches!(sql_type, SqlType::Id | SqlType::Key | SqlType::Hash);
    let collation = if collated { format!(" COLLATE {COLLATION}") } else { String::new() };
    type_name(sql_type) + &collation
}

/// The statement that writes all rows at once. `@P1` is [`rows_json`].
pub fn write_statement(kind: WriteKind, table: &str, keys: &[ColumnSpec], columns: &[ColumnSpec]) -> String {
    match kind {
        WriteKind::Insert => format!("{};", insert(table, keys, columns)),
        WriteKind::Update => update(table, keys, columns),
        WriteKind::Upsert => {
            let update = if columns.is_empty() { String::new() } else { update(table, keys, columns) + " " };
            format!(
                "{update}{} WHERE NOT EXISTS (SELECT 1 FROM {} AS t WITH (UPDLOCK, HOLDLOCK) WHERE {});",
                insert(table, keys, columns),
                quote(table),
                same_keys(keys)
            )
        }
    }
}

fn insert(table: &str, keys: &[ColumnSpec], columns: &[ColumnSpec]) -> String {
    let names = || keys.iter().chain(columns).map(|c| c.name.as_str());
    let from: Vec<String> = names().map(|n| format!("j.{}", quote(n))).collect();
    format!(
        "INSERT INTO {} ({}) SELECT {} FROM {}",
        quote(table),
        quoted_list(names()),
        from.join(", "),
        incoming(keys, columns)
    )
}

fn update(table: &str, keys: &[ColumnSpec], columns: &[ColumnSpec]) -> String {
    let sets: Vec<String> =
        columns.iter().map(|c| format!("t.{name} = j.{name}", name = quote(&c.name))).collect();
    format!(
        "UPDATE t SET {} FROM {} AS t INNER JOIN {} ON {};",
        sets.join(", "),
        quote(table),
        incoming(keys, columns),
        same_keys(keys)
    )
}

/// The rows of `@P1` as a typed table `j`. Each row is a JSON array.
fn incoming(keys: &[ColumnSpec], columns: &[ColumnSpec]) -> String {
    let fields: Vec<String> = keys
        .iter()
        .chain(columns)
        .enumerate()
        .map(|(i, c)| format!("{} {} '$[{i}]'", quote(&c.name), type_name(c.sql_type)))
        .collect();
    format!("OPENJSON(@P1) WITH ({}) AS j", fields.join(", "))
}

fn same_keys(keys: &[ColumnSpec]) -> String {
    let equal = |c: &ColumnSpec| {
        let name = quote(&c.name);
        match c.sql_type {
            SqlType::Id | SqlType::Key | SqlType::Hash => format!("t.{name} = j.{name} COLLATE {COLLATION}"),
            _ => format!("t.{name} = j.{name}"),
        }
    };
    keys.iter().map(equal).collect::<Vec<_>>().join(" AND ")
}

/// Rows as a JSON array of arrays, in the forms `OPENJSON` converts to the columns' types without loss:
/// decimals and instants as text, bytes as base64.
pub fn rows_json(rows: &[Vec<SqlValue>]) -> String {
    let mut out = String::with_capacity(rows.len() * 256);
    out.push('[');
    for (r, row) in rows.iter().enumerate() {
        out.push_str(if r == 0 { "[" } else { ",[" });
        for (c, value) in row.iter().enumerate() {
            if c > 0 {
                out.push(',');
            }
            push_json(&mut out, value);
        }
        out.push(']');
    }
    out.push(']');
    out
}

fn push_json(out: &mut String, value: &SqlValue) {
    // Writing to a String cannot fail.
    let _ = match value {
        SqlValue::Null => write!(out, "null"),
        SqlValue::Bool(b) => write!(out, "{b}"),
        SqlValue::Int(i) => write!(out, "{i}"),
        SqlValue::Float(f) if f.is_finite() => write!(out, "{f:e}"),
        SqlValue::Float(_) => write!(out, "null"),
        SqlValue::Decimal(d) => write!(out, "\"{d}\""),
        SqlValue::Text(text) => write!(out, "{}", serde_json::Value::String(text.clone())),
        SqlValue::Bytes(bytes) => write!(out, "\"{}\"", STANDARD.encode(bytes)),
        SqlValue::Date(date) => write!(out, "\"{}\"", forebay_model::value::date_text(*date)),
        // DATETIME2 has no zone; everything in it is UTC.
        SqlValue::Instant(at) => write!(out, "\"{}\"", at.to_string().trim_end_matches('Z')),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::Instant;
    use rust_decimal::Decimal;

    #[test]
    fn rows_travel_as_json_without_loss() {
        let row = vec![
            SqlValue::Null,
            SqlValue::Bool(true),
            SqlValue::Int(i64::MIN),
            SqlValue::Float(0.1),
            SqlValue::Decimal(Decimal::new(12_500, 4)),
            SqlValue::Text("a \"quote\"\n\u{1f}".into()),
            SqlValue::Bytes(vec![0, 255]),
            SqlValue::Instant(Instant::EPOCH),
        ];
        assert_eq!(
            rows_json(&[row]),
            r#"[[null,true,-9223372036854775808,1e-1,"1.2500","a \"quote\"\n\u001f","AP8=","1970-01-01T00:00:00.000000"]]"#
        );
    }

    #[test]
    fn a_lock_name_of_any_length_fits() {
        assert_eq!(lock_resource(&"x".repeat(1000)).len(), 40);
        assert_ne!(lock_resource("a"), lock_resource("b"));
    }
}
