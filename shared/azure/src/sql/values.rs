//! Values between our form and the wire's.

use std::borrow::Cow;

use forebay_model::Instant;
use forebay_ports::PortError;
use forebay_sql::{Row, SqlValue};
use rust_decimal::Decimal;
use tiberius::{ColumnData, FromSql, IntoSql, ToSql};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use super::SERVICE;

/// A statement's parameter. Null travels as a null text, which SQL Server converts to every type but
/// binary; binary columns are written through `Transaction::write`, as JSON.
pub(super) fn parameter(value: &SqlValue) -> ColumnData<'_> {
    match value {
        SqlValue::Null => ColumnData::String(None),
        SqlValue::Bool(b) => ColumnData::Bit(Some(*b)),
        SqlValue::Int(i) => ColumnData::I64(Some(*i)),
        SqlValue::Float(f) => ColumnData::F64(Some(*f)),
        SqlValue::Decimal(d) => d.into_sql(),
        SqlValue::Text(text) => ColumnData::String(Some(Cow::Borrowed(text))),
        SqlValue::Bytes(bytes) => ColumnData::Binary(Some(Cow::Borrowed(bytes))),
        SqlValue::Date(date) => owned(date.to_sql()),
        SqlValue::Instant(at) => {
            let at = at.to_datetime();
            owned(PrimitiveDateTime::new(at.date(), at.time()).to_sql())
        }
    }
}

/// Dates and times hold nothing borrowed; the type does not know.
fn owned<'a>(data: ColumnData<'_>) -> ColumnData<'a> {
    match data {
        ColumnData::Date(date) => ColumnData::Date(date),
        ColumnData::DateTime2(at) => ColumnData::DateTime2(at),
        _ => ColumnData::String(None),
    }
}

pub(super) fn row(row: tiberius::Row) -> Result<Row, PortError> {
    let values: Result<Vec<SqlValue>, PortError> =
        row.into_iter().enumerate().map(|(at, data)| value(at, data)).collect();
    Ok(Row::new(values?))
}

fn value(at: usize, data: ColumnData<'static>) -> Result<SqlValue, PortError> {
    let unreadable = || PortError::Rejected {
        service: SERVICE,
        detail: format!("column {at} of an answer holds a value we cannot read"),
    };
    let value = match data {
        ColumnData::Bit(v) => v.map(SqlValue::Bool),
        ColumnData::U8(v) => v.map(|v| SqlValue::Int(i64::from(v))),
        ColumnData::I16(v) => v.map(|v| SqlValue::Int(i64::from(v))),
        ColumnData::I32(v) => v.map(|v| SqlValue::Int(i64::from(v))),
        ColumnData::I64(v) => v.map(SqlValue::Int),
        ColumnData::F32(v) => v.map(|v| SqlValue::Float(f64::from(v))),
        ColumnData::F64(v) => v.map(SqlValue::Float),
        ColumnData::String(v) => v.map(|v| SqlValue::Text(v.into_owned())),
        ColumnData::Guid(v) => v.map(|v| SqlValue::Text(v.to_string())),
        ColumnData::Binary(v) => v.map(|v| SqlValue::Bytes(v.into_owned())),
        ColumnData::Numeric(None) => None,
        ColumnData::Numeric(Some(n)) => {
            let scale = u32::from(n.scale());
            let decimal = Decimal::try_from_i128_with_scale(n.value(), scale).map_err(|_| unreadable())?;
            Some(SqlValue::Decimal(decimal))
        }
        data @ ColumnData::Date(_) => Date::from_sql(&data).map_err(|_| unreadable())?.map(SqlValue::Date),
        data @ (ColumnData::DateTime2(_) | ColumnData::DateTime(_) | ColumnData::SmallDateTime(_)) => {
            let at = PrimitiveDateTime::from_sql(&data).map_err(|_| unreadable())?;
            at.map(|at| SqlValue::Instant(Instant::from_datetime(at.assume_utc())))
        }
        data @ ColumnData::DateTimeOffset(_) => {
            let at = OffsetDateTime::from_sql(&data).map_err(|_| unreadable())?;
            at.map(|at| SqlValue::Instant(Instant::from_datetime(at)))
        }
        _ => return Err(unreadable()),
    };
    Ok(value.unwrap_or(SqlValue::Null))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(sent: &SqlValue) -> SqlValue {
        let data: ColumnData<'static> = match parameter(sent) {
            ColumnData::String(text) => ColumnData::String(text.map(|t| Cow::Owned(t.into_owned()))),
            ColumnData::Binary(bytes) => ColumnData::Binary(bytes.map(|b| Cow::Owned(b.into_owned()))),
            ColumnData::Bit(v) => ColumnData::Bit(v),
            ColumnData::I64(v) => ColumnData::I64(v),
            ColumnData::F64(v) => ColumnData::F64(v),
            ColumnData::Numeric(v) => ColumnData::Numeric(v),
            other => owned(other),
        };
        value(0, data).unwrap()
    }

    #[test]
    fn values_survive_the_way_there_and_back() {
        for sent in [
            SqlValue::Null,
            SqlValue::Bool(true),
            SqlValue::Int(i64::MIN),
            SqlValue::Float(-0.1),
            SqlValue::Decimal(Decimal::new(-12_500, 4)),
            SqlValue::Decimal(Decimal::MAX),
            SqlValue::Text("zażółć 🦀".to_owned()),
            SqlValue::Bytes(vec![0, 255]),
            SqlValue::Date(Date::from_calendar_date(1600, time::Month::February, 29).unwrap()),
            SqlValue::Instant(Instant::from_micros(1_772_409_600_123_456)),
            SqlValue::Instant(Instant::from_micros(-62_135_596_800_000_000)),
        ] {
            assert_eq!(there_and_back(&sent), sent);
        }
    }

    #[test]
    fn a_number_too_wide_for_us_is_refused_and_not_cut() {
        let wide = tiberius::numeric::Numeric::new_with_scale(i128::MAX, 2);
        assert!(matches!(value(3, ColumnData::Numeric(Some(wide))), Err(PortError::Rejected { .. })));
    }
}
