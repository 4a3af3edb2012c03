//! Lists and maps, put together to records by the library and shown as JSON text.

use std::fs::File;
use std::sync::Arc;

use forebay_model::Value;
use parquet::basic::ConvertedType;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};

use super::convert::{Kind, Unit, bytes, int32, int64};
use crate::rows::{NOWHERE, Rows};

/// The records of those fields that hold lists or maps, wherever in them, or groups deeper than is taken apart.
pub struct Nested {
    records: RowIter<'static>,
    fields: Vec<TypePtr>,
    depth: usize,
    /// Where the fields' values go, once there are rows.
    shapes: Option<Vec<Shape>>,
}

/// What becomes of a field.
enum Shape {
    /// A column at this place.
    Value(usize),
    /// A column for each of its own fields.
    Group(Vec<Shape>),
}

/// Leaves that can be read one by one, and the fields of the others: those with lists around a leaf, or with more
/// than `depth` levels.
pub fn split(schema: &SchemaDescriptor, depth: usize) -> (Vec<usize>, Vec<TypePtr>) {
    let fields = schema.root_schema().get_fields();
    let mut together = vec![false; fields.len()];
    for leaf in 0..schema.num_columns() {
        let description = schema.column(leaf);
        let apart = description.max_rep_level() == 0 && description.path().parts().len() <= depth;
        together[schema.get_column_root_idx(leaf)] |= !apart;
    }
    let flat =
        (0..schema.num_columns()).filter(|leaf| !together[schema.get_column_root_idx(*leaf)]).collect();
    let records = fields.iter().zip(together).filter(|(_, together)| *together);
    (flat, records.map(|(field, _)| Arc::clone(field)).collect())
}

/// The columns, in the order of the file.
pub fn declare(schema: &SchemaDescriptor, depth: usize, rows: &mut Rows) {
    let mut names = Vec::new();
    for field in schema.root_schema().get_fields() {
        shape(field, "", depth, &mut |path| {
            names.push(path);
            NOWHERE
        });
    }
    rows.declare(&names);
}

/// `levels` counts the ones that are left, this one included.
fn shape(field: &Type, prefix: &str, levels: usize, place: &mut impl FnMut(String) -> usize) -> Shape {
    let path = format!("{prefix}{}", field.name());
    let info = field.get_basic_info();
    let repeats = info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED;
    let listed = matches!(
        info.converted_type(),
        ConvertedType::LIST | ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE
    );
    if field.is_primitive() || repeats || listed || levels <= 1 {
        return Shape::Value(place(path));
    }
    let prefix = format!("{path}.");
    Shape::Group(field.get_fields().iter().map(|inner| shape(inner, &prefix, levels - 1, place)).collect())
}

impl Nested {
    pub fn open(file: File, fields: &[TypePtr], depth: usize) -> Result<Self> {
        let reader = SerializedFileReader::new(file)?;
        let root = reader.metadata().file_metadata().schema().name().to_owned();
        let projection = Type::group_type_builder(&root).with_fields(fields.to_vec()).build()?;
        let records = RowIter::from_file_into(Box::new(reader)).project(Some(projection))?;
        Ok(Self { records, fields: fields.to_vec(), depth, shapes: None })
    }

    pub fn read(&mut self, wanted: usize, rows: &mut Rows) -> Result<()> {
        let Self { records, fields, depth, shapes } = self;
        let shapes = shapes.get_or_insert_with(|| {
            fields.iter().map(|field| shape(field, "", *depth, &mut |path| rows.column(&path))).collect()
        });
        for row in 0..wanted {
            let early = || ParquetError::EOF(format!("lists end {} rows early", wanted - row));
            put_record(records.next().ok_or_else(early)??, shapes, row as u32, rows);
        }
        Ok(())
    }
}

fn put_record(record: Row, shapes: &[Shape], row: u32, rows: &mut Rows) {
    for (shape, (_, field)) in shapes.iter().zip(record.into_columns()) {
        match (shape, field) {
            (Shape::Group(shapes), Field::Group(inner)) => put_record(inner, shapes, row, rows),
            (Shape::Group(shapes), _) => put_nulls(shapes, row, rows),
            (Shape::Value(place), field) => rows.put_ahead(*place, row, value(&field)),
        }
    }
}

/// Of a group that is null all columns are.
fn put_nulls(shapes: &[Shape], row: u32, rows: &mut Rows) {
    for shape in shapes {
        match shape {
            Shape::Group(shapes) => put_nulls(shapes, row, rows),
            Shape::Value(place) => rows.put_ahead(*place, row, Value::Null),
        }
    }
}

fn value(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(b) => Value::Boolean(*b),
        Field::Byte(n) => Value::Integer((*n).into()),
        Field::Short(n) => Value::Integer((*n).into()),
        Field::Int(n) => Value::Integer((*n).into()),
        Field::Long(n) => Value::Integer(*n),
        Field::UByte(n) => Value::Integer((*n).into()),
        Field::UShort(n) => Value::Integer((*n).into()),
        Field::UInt(n) => Value::Integer((*n).into()),
        Field::ULong(n) => int64(Kind::Unsigned, *n as i64),
        Field::Float16(x) => Value::Float(x.to_f64()),
        Field::Float(x) => Value::Float((*x).into()),
        Field::Double(x) => Value::Float(*x),
        Field::Decimal(d) => bytes(Kind::Decimal(d.scale().unsigned_abs()), d.data()),
        Field::Str(text) => Value::Text(text.clone()),
        Field::Bytes(b) => bytes(Kind::Plain, b.data()),
        Field::Date(n) => int32(Kind::Date, *n),
        Field::TimeMillis(n) => int64(Kind::TimeOfDay(Unit::Millis), (*n).into()),
        Field::TimeMicros(n) => int64(Kind::TimeOfDay(Unit::Micros), *n),
        Field::TimestampMillis(n) => int64(Kind::Timestamp(Unit::Millis), *n),
        Field::TimestampMicros(n) => int64(Kind::Timestamp(Unit::Micros), *n),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
            let mut json = String::new();
            write_json(field, &mut json);
            Value::Json(json)
        }
    }
}

fn write_json(field: &Field, json: &mut String) {
    match field {
        Field::Group(record) => {
            write_members(record.get_column_iter().map(|(name, field)| (name.clone(), field)), json)
        }
        Field::ListInternal(list) => {
            json.push('[');
            for (at, element) in list.elements().iter().enumerate() {
                json.push_str(if at > 0 { "," } else { "" });
                write_json(element, json);
            }
            json.push(']');
        }
        Field::MapInternal(map) => {
            let text = |key: &Field| value(key).to_text().unwrap_or_default();
            write_members(map.entries().iter().map(|(key, field)| (text(key), field)), json);
        }
        scalar => match value(scalar) {
            Value::Null => json.push_str("null"),
            Value::Float(x) if !x.is_finite() => json.push_str("null"),
            number @ (Value::Boolean(_) | Value::Integer(_) | Value::Decimal(_) | Value::Float(_)) => {
                json.push_str(&number.to_text().unwrap_or_default());
            }
            other => json.push_str(&quoted(&other.to_text().unwrap_or_default())),
        },
    }
}

fn write_members<'a>(members: impl Iterator<Item = (String, &'a Field)>, json: &mut String) {
    json.push('{');
    for (at, (name, field)) in members.enumerate() {
        json.push_str(if at > 0 { "," } else { "" });
        json.push_str(&quoted(&name));
        json.push(':');
        write_json(field, json);
    }
    json.push('}');
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
