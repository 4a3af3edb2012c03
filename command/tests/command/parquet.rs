use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int32Type,
    Int64Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::support::{Files, column, counts, names, values};

fn writer(path: &Path, schema: &str, compression: Compression) -> SerializedFileWriter<File> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder().set_compression(compression).build();
    SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties)).unwrap()
}

macro_rules! column {
    ($group:ident, $type:ty, $values:expr, $definitions:expr, $repetitions:expr) => {{
        let mut column = $group.next_column().unwrap().unwrap();
        column.typed::<$type>().write_batch($values, $definitions, $repetitions).unwrap();
        column.close().unwrap();
    }};
}

/// The rows that `agreement` writes in other formats, in row groups of a size.
pub fn write_orders(
    path: &Path,
    rows: impl Iterator<Item = (i64, Option<String>, String, &'static str)>,
    group: usize,
) {
    let schema = "message orders { required int64 id; optional binary city (utf8);
        required int64 price (decimal(18,2)); required binary state (utf8); }";
    let mut file = writer(path, schema, Compression::ZSTD(Default::default()));
    let rows: Vec<_> = rows.collect();
    for rows in rows.chunks(group) {
        let mut group = file.next_row_group().unwrap();
        let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
        column!(group, Int64Type, &ids, None, None);
        let cities: Vec<ByteArray> = rows.iter().filter_map(|row| Some(row.1.as_deref()?.into())).collect();
        let present: Vec<i16> = rows.iter().map(|row| i16::from(row.1.is_some())).collect();
        column!(group, ByteArrayType, &cities, Some(&present), None);
        let cents: Vec<i64> = rows.iter().map(|row| row.2.replace('.', "").parse().unwrap()).collect();
        column!(group, Int64Type, &cents, None, None);
        let states: Vec<ByteArray> = rows.iter().map(|row| row.3.into()).collect();
        column!(group, ByteArrayType, &states, None, None);
        group.close().unwrap();
    }
    file.close().unwrap();
}

#[test]
fn logical_types_nested_fields_lists_and_maps_are_read() {
    let schema = "message m {
        required int32 day (date);
        optional int64 at (timestamp(micros, true));
        required fixed_len_byte_array(3) money (decimal(6, 2));
        required boolean flag;
        required double ratio;
        optional group owner { optional binary name (utf8); required int32 age; }
        optional group tags (list) { repeated group list { optional binary element (utf8); } }
    }";
    let files = Files::new();
    let mut file = writer(&files.path("a.parquet"), schema, Compression::SNAPPY);
    let mut group = file.next_row_group().unwrap();
    column!(group, Int32Type, &[0, 20_000, 20_001], None, None);
    column!(group, Int64Type, &[1_700_000_000_000_000], Some(&[0, 1, 0]), None);
    let money = [[0xff, 0xff, 0x9c], [0, 0, 1], [0, 0x27, 0x10]];
    let money: Vec<FixedLenByteArray> = money.iter().map(|bytes| bytes.to_vec().into()).collect();
    column!(group, FixedLenByteArrayType, &money, None, None);
    column!(group, BoolType, &[true, false, true], None, None);
    column!(group, DoubleType, &[0.5, f64::NAN, 1.5], None, None);
    column!(group, ByteArrayType, &["Ann".into()], Some(&[2, 1, 0]), None);
    column!(group, Int32Type, &[40, 50], Some(&[1, 1, 0]), None);
    // ["a", null], null, []
    column!(group, ByteArrayType, &["a".into()], Some(&[3, 2, 0, 1]), Some(&[0, 1, 0, 0]));
    group.close().unwrap();
    file.close().unwrap();

    let table = files.table(&["a.parquet"]);
    assert_eq!(names(&table), ["day", "at", "money", "flag", "ratio", "owner.name", "owner.age", "tags"]);
    assert_eq!(column(&table, "day")["max"], "2024-10-05");
    assert_eq!(column(&table, "at")["max"], "2023-11-14T22:13:20.000000Z");
    assert_eq!(counts(&table, "at"), [3, 2, 0, 1]);
    assert_eq!(column(&table, "money")["numbers"]["sum"], "99.01");
    assert_eq!(column(&table, "money")["min"], "-1.00");
    assert_eq!(column(&table, "ratio")["numbers"]["nan"], 1);
    assert_eq!(counts(&table, "owner.name"), [3, 2, 0, 1]);
    assert_eq!(counts(&table, "owner.age"), [3, 1, 0, 2]);
    assert_eq!(values(&table, "tags"), ["[\"a\",null]", "[]"]);
    assert_eq!(counts(&table, "tags"), [3, 1, 0, 2]);
}

#[test]
fn damage_is_bad_data_wherever_it_is() {
    let files = Files::new();
    let path = files.path("a.parquet");
    write_orders(&path, (0..500).map(super::agreement::row), 200);
    let whole = std::fs::read(&path).unwrap();
    for cut in [8, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let (code, complaint) = files.complaint(&["a.parquet"]);
        assert!(code == 2 && complaint.starts_with("a.parquet: expected Parquet"), "{cut}: {complaint}");
    }
}
