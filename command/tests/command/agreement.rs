//! One table in every format and compression has one profile.

use std::io::Write;

use serde_json::Value;

use crate::parquet::write_orders;
use crate::support::Files;

/// Few enough that every figure is exact: texts and numbers are hashed differently.
const ROWS: i64 = 590;

/// A row's fields, `None` where there is no value.
pub fn row(i: i64) -> (i64, Option<String>, String, &'static str) {
    let city = (i % 7 != 0).then(|| format!("City \"{}\", é", i % 13));
    (i, city, format!("{}.{:02}", i * 37 % 1_000, i % 100), if i % 3 == 0 { "open" } else { "closed" })
}

fn csv() -> String {
    let mut text = String::from("id,city,price,state\n");
    for (id, city, price, state) in (0..ROWS).map(row) {
        let city = city.map(|city| format!("\"{}\"", city.replace('"', "\"\""))).unwrap_or_default();
        text.push_str(&format!("{id},{city},{price},{state}\n"));
    }
    text
}

fn json(between: &str) -> String {
    let line = |(id, city, price, state): (i64, Option<String>, String, &str)| {
        let city = serde_json::to_string(&city).unwrap();
        format!("{{\"id\":{id},\"city\":{city},\"price\":{price},\"state\":\"{state}\"}}")
    };
    (0..ROWS).map(row).map(line).collect::<Vec<_>>().join(between)
}

fn profile(files: &Files, name: &str) -> Value {
    let mut table = files.table(&[name]);
    assert_eq!(table["rows"], ROWS, "{name}");
    table["columns"].take()
}

/// Numbers in texts are texts with the same figures, so what tells the two apart is left out; deviations are
/// the same to 1e-11 only.
fn without_kinds(columns: &Value) -> Vec<Value> {
    let figures = ["column", "rows", "nulls", "missing", "min", "max", "key_candidate"];
    let numbers = ["count", "mean", "sum", "zeros", "negatives", "quantiles"];
    let columns = columns.as_array().unwrap().iter();
    columns
        .map(|column| {
            let mut kept: Vec<Value> = figures.iter().map(|name| column[name].clone()).collect();
            kept.push(column["distinct"]["value"].clone());
            kept.extend(numbers.iter().map(|name| column["numbers"][name].clone()));
            kept.push(column["inferred_type"]["name"].clone());
            kept.into()
        })
        .collect()
}

#[test]
fn typed_formats_agree_in_every_figure() {
    let files = Files::with("a.jsonl", json("\n"));
    files.write("a.json", format!("[{}]", json(",\n ")));
    files.write("pretty.json", json("\n\n").replace("\":", "\" : ").replace(",\"", " ,\n \""));
    write_orders(&files.path("a.parquet"), (0..ROWS).map(row), 200);
    let lines = profile(&files, "a.jsonl");
    assert_eq!(lines, profile(&files, "a.json"));
    assert_eq!(lines, profile(&files, "pretty.json"));
    assert_eq!(lines, profile(&files, "a.parquet"));
}

#[test]
fn separated_values_agree_in_what_their_texts_say() {
    let files = Files::with("a.jsonl", json("\n"));
    files.write("a.csv", csv());
    files.write("crlf.csv", csv().replace('\n', "\r\n"));
    files.write("tabs.tsv", csv().replace(",\"\"", "\t").replace(",", "\t").replace("\"\t é\"", "\", é\""));
    let texts = profile(&files, "a.csv");
    assert_eq!(texts, profile(&files, "crlf.csv"));
    assert_eq!(without_kinds(&texts), without_kinds(&profile(&files, "a.jsonl")));
}

#[test]
fn compression_changes_nothing_and_is_told_by_content() {
    let plain = json("\n");
    let files = Files::with("plain.jsonl", &plain);
    let (first, second) = plain.as_bytes().split_at(plain.len() / 2);
    let gzip = |part: &[u8]| {
        let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        to.write_all(part).unwrap();
        to.finish().unwrap()
    };
    let bzip2 = |part: &[u8]| {
        let mut to = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        to.write_all(part).unwrap();
        to.finish().unwrap()
    };
    let zstd = |part: &[u8]| zstd::encode_all(part, 1).unwrap();
    let xz = |part: &[u8]| {
        let mut to = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
        to.write_all(part).unwrap();
        to.finish().unwrap()
    };
    // In two parts, as tools that compress in parallel write them, under names that say nothing.
    files.write("a.dat", [gzip(first), gzip(second)].concat());
    files.write("b.dat", [bzip2(first), bzip2(second)].concat());
    files.write("c.dat", [zstd(first), zstd(second)].concat());
    files.write("d.dat", [xz(first), xz(second)].concat());
    let expected = profile(&files, "plain.jsonl");
    for (name, kind) in [("a.dat", "gzip"), ("b.dat", "bzip2"), ("c.dat", "zstandard"), ("d.dat", "xz")] {
        assert_eq!(profile(&files, name), expected, "{name}");
        assert_eq!(files.table(&[name])["files"][0]["compression"], kind);
    }
    write_orders(&files.path("a.parquet"), (0..ROWS).map(row), 5_000);
    files.write("parquet.gz", gzip(&std::fs::read(files.path("a.parquet")).unwrap()));
    assert_eq!(profile(&files, "parquet.gz"), expected);
}

#[test]
fn damaged_compression_is_an_io_error() {
    let mut damaged = zstd::encode_all(json("\n").as_bytes(), 1).unwrap();
    damaged.truncate(damaged.len() / 2);
    let files = Files::with("a.zst", damaged);
    let (code, complaint) = files.complaint(&["a.zst"]);
    assert!(code == 1 && complaint.starts_with("a.zst: "), "{complaint}");
}
