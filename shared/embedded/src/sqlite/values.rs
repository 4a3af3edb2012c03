//! Statements and values in SQLite's forms: decimals, dates and instants are text, booleans 0 and 1.

use forebay_model::value::date_text;
use forebay_ports::PortError;
use forebay_sql::{Row, SqlValue};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Statement, ToSql};

use super::error::from_sqlite;

struct Param<'v>(&'v SqlValue);

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = |text: String| ToSqlOutput::Owned(Value::Text(text));
        Ok(match self.0 {
            SqlValue::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            SqlValue::Bool(b) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*b))),
            SqlValue::Int(i) => ToSqlOutput::Borrowed(ValueRef::Integer(*i)),
            SqlValue::Float(f) => ToSqlOutput::Borrowed(ValueRef::Real(*f)),
            SqlValue::Text(t) => ToSqlOutput::Borrowed(ValueRef::Text(t.as_bytes())),
            SqlValue::Bytes(b) => ToSqlOutput::Borrowed(ValueRef::Blob(b)),
            SqlValue::Decimal(d) => text(d.to_string()),
            SqlValue::Date(d) => text(date_text(*d)),
            SqlValue::Instant(at) => text(at.to_string()),
        })
    }
}

fn bind(statement: &mut Statement<'_>, values: &[SqlValue]) -> rusqlite::Result<()> {
    for (index, value) in (1..=values.len()).zip(values) {
        statement.raw_bind_parameter(index, Param(value))?;
    }
    Ok(())
}

pub(super) fn query(
    connection: &mut Connection,
    sql: &str,
    params: &[SqlValue],
) -> Result<Vec<Row>, PortError> {
    read(connection, sql, params).map_err(from_sqlite)
}

fn read(connection: &Connection, sql: &str, params: &[SqlValue]) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|i| row.get_ref(i).map(from_ref));
        all.push(Row::new(values.collect::<rusqlite::Result<_>>()?));
    }
    Ok(all)
}

fn from_ref(value: ValueRef<'_>) -> SqlValue {
    match value {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(i) => SqlValue::Int(i),
        ValueRef::Real(f) => SqlValue::Float(f),
        ValueRef::Text(text) => SqlValue::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => SqlValue::Bytes(bytes.to_vec()),
    }
}

/// Without parameters, `sql` may hold several statements.
pub(super) fn execute(connection: &mut Connection, sql: &str, params: &[SqlValue]) -> Result<u64, PortError> {
    let run = || -> rusqlite::Result<u64> {
        if params.is_empty() {
            connection.execute_batch(sql)?;
            return Ok(connection.changes());
        }
        let mut statement = connection.prepare_cached(sql)?;
        bind(&mut statement, params)?;
        Ok(statement.raw_execute()? as u64)
    };
    run().map_err(from_sqlite)
}

/// One prepared statement, once per row.
pub(super) fn execute_rows(
    connection: &mut Connection,
    sql: &str,
    rows: &[Vec<SqlValue>],
) -> Result<(), PortError> {
    let run = || -> rusqlite::Result<()> {
        let mut statement = connection.prepare_cached(sql)?;
        for row in rows {
            bind(&mut statement, row)?;
            statement.raw_execute()?;
        }
        Ok(())
    };
    run().map_err(from_sqlite)
}
