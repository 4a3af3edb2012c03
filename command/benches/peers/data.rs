//! TPC-H lineitem in three formats, written once.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use tpchgen::generators::{LineItem, LineItemGenerator};

/// Lines at scale factor 1, a little under the truth, so that a scale is chosen that has enough.
const LINES_AT_SCALE_1: f64 = 5_900_000.0;
const GROUP_ROWS: usize = 122_880;

pub fn generate(folder: &Path, rows: usize) {
    if folder.join("lineitem.parquet").exists() {
        return;
    }
    fs::create_dir_all(folder).unwrap();
    let scale = (rows as f64 / LINES_AT_SCALE_1).max(0.001);
    let generator = LineItemGenerator::new(scale, 1, 1);
    let create = |name: &str| BufWriter::new(File::create(folder.join(name)).unwrap());
    let (mut json, mut csv) = (create("lineitem.jsonl"), create("lineitem.csv"));
    writeln!(csv, "{}", NAMES.join(",")).unwrap();
    // Named last, so that a half-written set is written again.
    let unfinished = folder.join("lineitem.parquet.part");
    let mut parquet = parquet_writer(&unfinished);
    let mut group = Vec::with_capacity(GROUP_ROWS);
    for line in generator.iter().take(rows) {
        write_json(&line, &mut json);
        write_csv(&line, &mut csv);
        group.push(line);
        if group.len() == GROUP_ROWS {
            write_group(&mut parquet, &group);
            group.clear();
        }
    }
    write_group(&mut parquet, &group);
    parquet.close().unwrap();
    json.flush().unwrap();
    csv.flush().unwrap();
    fs::rename(unfinished, folder.join("lineitem.parquet")).unwrap();
}

const NAMES: [&str; 16] = [
    "l_orderkey",
    "l_partkey",
    "l_suppkey",
    "l_linenumber",
    "l_quantity",
    "l_extendedprice",
    "l_discount",
    "l_tax",
    "l_returnflag",
    "l_linestatus",
    "l_shipdate",
    "l_commitdate",
    "l_receiptdate",
    "l_shipinstruct",
    "l_shipmode",
    "l_comment",
];

fn write_json(l: &LineItem<'_>, to: &mut impl Write) {
    write!(
        to,
        "{{\"l_orderkey\":{},\"l_partkey\":{},\"l_suppkey\":{},\"l_linenumber\":{},\"l_quantity\":{},\
         \"l_extendedprice\":{},\"l_discount\":{},\"l_tax\":{},\"l_returnflag\":\"{}\",\"l_linestatus\":\"{}\",",
        l.l_orderkey, l.l_partkey, l.l_suppkey, l.l_linenumber, l.l_quantity, l.l_extendedprice, l.l_discount,
        l.l_tax, l.l_returnflag, l.l_linestatus,
    )
    .unwrap();
    writeln!(
        to,
        "\"l_shipdate\":\"{}\",\"l_commitdate\":\"{}\",\"l_receiptdate\":\"{}\",\"l_shipinstruct\":\"{}\",\
         \"l_shipmode\":\"{}\",\"l_comment\":\"{}\"}}",
        l.l_shipdate, l.l_commitdate, l.l_receiptdate, l.l_shipinstruct, l.l_shipmode, l.l_comment
    )
    .unwrap();
}

fn write_csv(l: &LineItem<'_>, to: &mut impl Write) {
    writeln!(
        to,
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},\"{}\"",
        l.l_orderkey,
        l.l_partkey,
        l.l_suppkey,
        l.l_linenumber,
        l.l_quantity,
        l.l_extendedprice,
        l.l_discount,
        l.l_tax,
        l.l_returnflag,
        l.l_linestatus,
        l.l_shipdate,
        l.l_commitdate,
        l.l_receiptdate,
        l.l_shipinstruct,
        l.l_shipmode,
        l.l_comment
    )
    .unwrap();
}

fn parquet_writer(path: &Path) -> SerializedFileWriter<File> {
    let fields: Vec<String> = NAMES
        .iter()
        .map(|name| match *name {
            "l_orderkey" | "l_partkey" | "l_suppkey" => format!("required int64 {name};"),
            "l_linenumber" => format!("required int32 {name};"),
            "l_quantity" | "l_extendedprice" | "l_discount" | "l_tax" => {
                format!("required int64 {name} (decimal(15,2));")
            }
            name if name.ends_with("date") => format!("required int32 {name} (date);"),
            name => format!("required binary {name} (utf8);"),
        })
        .collect();
    let schema = parse_message_type(&format!("message lineitem {{ {} }}", fields.join(" "))).unwrap();
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    SerializedFileWriter::new(File::create(path).unwrap(), Arc::new(schema), Arc::new(properties)).unwrap()
}

fn write_group(file: &mut SerializedFileWriter<File>, lines: &[LineItem<'_>]) {
    if lines.is_empty() {
        return;
    }
    let mut group = file.next_row_group().unwrap();
    column::<Int64Type>(&mut group, lines, |l| l.l_orderkey);
    column::<Int64Type>(&mut group, lines, |l| l.l_partkey);
    column::<Int64Type>(&mut group, lines, |l| l.l_suppkey);
    column::<Int32Type>(&mut group, lines, |l| l.l_linenumber);
    column::<Int64Type>(&mut group, lines, |l| l.l_quantity * 100);
    column::<Int64Type>(&mut group, lines, |l| l.l_extendedprice.into_inner());
    column::<Int64Type>(&mut group, lines, |l| l.l_discount.into_inner());
    column::<Int64Type>(&mut group, lines, |l| l.l_tax.into_inner());
    column::<ByteArrayType>(&mut group, lines, |l| ByteArray::from(l.l_returnflag));
    column::<ByteArrayType>(&mut group, lines, |l| ByteArray::from(l.l_linestatus));
    column::<Int32Type>(&mut group, lines, |l| l.l_shipdate.to_unix_epoch());
    column::<Int32Type>(&mut group, lines, |l| l.l_commitdate.to_unix_epoch());
    column::<Int32Type>(&mut group, lines, |l| l.l_receiptdate.to_unix_epoch());
    column::<ByteArrayType>(&mut group, lines, |l| ByteArray::from(l.l_shipinstruct));
    column::<ByteArrayType>(&mut group, lines, |l| ByteArray::from(l.l_shipmode));
    column::<ByteArrayType>(&mut group, lines, |l| ByteArray::from(l.l_comment));
    group.close().unwrap();
}

fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    lines: &[LineItem<'_>],
    value: impl Fn(&LineItem<'_>) -> T::T,
) {
    let values: Vec<T::T> = lines.iter().map(value).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<T>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
}
