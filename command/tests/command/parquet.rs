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

/// Groups within groups, one of them with a list in it, all of them null somewhere.
fn write_groups(path: &Path) {
    let schema = "message m {
        required int64 id;
        optional group a { required int64 b; optional group c { required int64 d; } }
        optional group e { optional group f (list) { repeated group list { required int64 element; } }
            required int64 g; }
    }";
    let mut file = writer(path, schema, Compression::UNCOMPRESSED);
    let mut group = file.next_row_group().unwrap();
    column!(group, Int64Type, &[1, 2, 3], None, None);
    column!(group, Int64Type, &[10, 20], Some(&[1, 1, 0]), None);
    column!(group, Int64Type, &[100], Some(&[2, 1, 0]), None);
    column!(group, Int64Type, &[7, 8], Some(&[3, 3, 0, 1]), Some(&[0, 1, 0, 0]));
    column!(group, Int64Type, &[5, 6], Some(&[1, 0, 1]), None);
    group.close().unwrap();
    file.close().unwrap();
}

#[test]
fn groups_are_taken_apart_down_to_the_depth_and_are_text_below() {
    let files = Files::new();
    write_groups(&files.path("a.parquet"));
    let read = |depth: &str| files.table(&["a.parquet", "--depth", depth]);
    let whole = read("3");
    assert_eq!(names(&whole), ["id", "a.b", "a.c.d", "e.f", "e.g"]);
    assert_eq!(counts(&whole, "a.c.d"), [3, 2, 0, 1]);
    // A group that is null has no column of its own: its columns are null.
    assert_eq!(counts(&whole, "e.g"), [3, 1, 0, 2]);
    assert_eq!(values(&whole, "e.f"), ["[7,8]"]);
    let two = read("2");
    assert_eq!(names(&two), ["id", "a.b", "a.c", "e.f", "e.g"]);
    assert_eq!(values(&two, "a.c"), ["{\"d\":100}"]);
    assert_eq!(counts(&two, "a.c"), [3, 2, 0, 1]);
    let one = read("1");
    assert_eq!(names(&one), ["id", "a", "e"]);
    assert_eq!(values(&one, "a"), ["{\"b\":10,\"c\":{\"d\":100}}", "{\"b\":20,\"c\":null}"]);
    assert_eq!(values(&one, "e"), ["{\"f\":[7,8],\"g\":5}", "{\"f\":null,\"g\":6}"]);
}

/// A footer by hand (Thrift's compact protocol): no column, one row group, as many rows as it says.
fn write_rows_without_columns(path: &Path, rows: u64) {
    let mut number = rows << 1;
    let mut zigzag = Vec::new();
    while number >= 0x80 {
        zigzag.push(number as u8 | 0x80);
        number >>= 7;
    }
    zigzag.push(number as u8);
    let schema = [0x15, 0x02, 0x19, 0x1c, 0x48, 1, b'm', 0x15, 0, 0];
    let footer =
        [&schema[..], &[0x16], &zigzag, &[0x19, 0x1c, 0x19, 0x0c, 0x16, 0, 0x16], &zigzag, &[0, 0]].concat();
    let length = (footer.len() as u32).to_le_bytes();
    std::fs::write(path, [b"PAR1", &footer[..], &length, b"PAR1"].concat()).unwrap();
}

#[test]
fn rows_without_a_column_are_refused() {
    let files = Files::new();
    write_rows_without_columns(&files.path("a.parquet"), 1 << 60);
    let (code, complaint) = files.complaint(&["a.parquet"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("1152921504606846976 rows without a column"), "{complaint}");
    write_rows_without_columns(&files.path("a.parquet"), 0);
    assert_eq!(files.run(&["a.parquet"]).code, 0);
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
