//! One column of a row group.

use forebay_model::Value;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{AsBytes, DataType};
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;

use super::convert::{Kind, bytes, int32, int64};
use crate::rows::Rows;

/// A column without lists around it.
pub struct Leaf {
    reader: ColumnReader,
    kind: Kind,
    place: usize,
    definitions: Definitions,
}

/// Which rows have a value: those whose level is the highest.
struct Definitions {
    levels: Vec<i16>,
    highest: i16,
}

impl Leaf {
    pub fn new(reader: ColumnReader, description: &ColumnDescriptor, place: usize) -> Self {
        let definitions = Definitions { levels: Vec::new(), highest: description.max_def_level() };
        Self { reader, kind: Kind::of(description), place, definitions }
    }

    /// Puts so many rows' values into the batch; says how many there were.
    pub fn read(&mut self, wanted: usize, rows: &mut Rows) -> Result<usize> {
        let Self { reader, kind, place, definitions } = self;
        let mut put = |row, value| rows.put_ahead(*place, row, value);
        use ColumnReader as C;
        match reader {
            C::BoolColumnReader(r) => {
                typed(r, wanted, definitions, |row, v| put(row, or_null(v, |v| Value::Boolean(*v))))
            }
            C::Int32ColumnReader(r) => {
                typed(r, wanted, definitions, |row, v| put(row, or_null(v, |v| int32(*kind, *v))))
            }
            C::Int64ColumnReader(r) => {
                typed(r, wanted, definitions, |row, v| put(row, or_null(v, |v| int64(*kind, *v))))
            }
            C::Int96ColumnReader(r) => typed(r, wanted, definitions, |row, v| {
                put(row, or_null(v, |v| int64(Kind::Timestamp(super::convert::Unit::Micros), v.to_micros())));
            }),
            C::FloatColumnReader(r) => {
                typed(r, wanted, definitions, |row, v| put(row, or_null(v, |v| Value::Float(f64::from(*v)))))
            }
            C::DoubleColumnReader(r) => {
                typed(r, wanted, definitions, |row, v| put(row, or_null(v, |v| Value::Float(*v))))
            }
            C::ByteArrayColumnReader(r) => typed(r, wanted, definitions, |row, v| {
                put_bytes(*kind, v.map(AsBytes::as_bytes), *place, row, rows)
            }),
            C::FixedLenByteArrayColumnReader(r) => typed(r, wanted, definitions, |row, v| {
                put_bytes(*kind, v.map(AsBytes::as_bytes), *place, row, rows)
            }),
        }
    }
}

#[inline]
fn or_null<T>(value: Option<&T>, convert: impl FnOnce(&T) -> Value) -> Value {
    value.map_or(Value::Null, convert)
}

/// Texts go into memory that is there already.
#[inline]
fn put_bytes(kind: Kind, value: Option<&[u8]>, place: usize, row: u32, rows: &mut Rows) {
    match value.map(|value| (value, std::str::from_utf8(value))) {
        None => rows.put_ahead(place, row, Value::Null),
        Some((_, Ok(text))) if kind == Kind::Text => rows.put_text_ahead(place, row, text),
        Some((value, _)) => rows.put_ahead(place, row, bytes(kind, value)),
    }
}

/// Hands each row's value over, and says how many rows there were.
fn typed<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    wanted: usize,
    definitions: &mut Definitions,
    mut put: impl FnMut(u32, Option<&T::T>),
) -> Result<usize> {
    let mut values = Vec::with_capacity(wanted);
    let mut done = 0;
    while done < wanted {
        values.clear();
        definitions.levels.clear();
        let (read, _, _) =
            reader.read_records(wanted - done, Some(&mut definitions.levels), None, &mut values)?;
        if read == 0 {
            break;
        }
        let mut values = values.iter();
        for row in 0..read {
            let has_value =
                definitions.highest == 0 || definitions.levels.get(row) == Some(&definitions.highest);
            put((done + row) as u32, if has_value { values.next() } else { None });
        }
        done += read;
    }
    Ok(done)
}
