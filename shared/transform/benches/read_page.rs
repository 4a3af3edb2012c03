//! Parsing and typing one NetSuite-shaped page of 1,000 records with 16 columns.
#![expect(clippy::unwrap_used, reason = "a benchmark stops on a broken fixture")]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use forebay_model::{Column, ColumnType, ConnectorKind, Instant, RecordsAt, StreamName, StreamSchema};
use forebay_transform::read_page;

const RECORDS: u64 = 1_000;

fn schema() -> StreamSchema {
    let money = ColumnType::Decimal { precision: 28, scale: 8 };
    let types = [
        ("id", ColumnType::Integer),
        ("transaction", ColumnType::Integer),
        ("item", ColumnType::Integer),
        ("quantity", money),
        ("rate", money),
        ("netamount", money),
        ("mainline", ColumnType::Boolean),
        ("taxline", ColumnType::Boolean),
        ("shipdate", ColumnType::Date),
        ("commitdate", ColumnType::Date),
        ("memo", ColumnType::Text),
        ("itemtype", ColumnType::Text),
        ("linelastmodifieddate", ColumnType::Timestamp),
        ("uniquekey", ColumnType::Integer),
        ("department", ColumnType::Integer),
        ("location", ColumnType::Integer),
    ];
    let column = |(name, column_type): (&str, ColumnType)| Column {
        name: name.into(),
        source_field: name.into(),
        column_type,
        nullable: true,
        title: None,
        custom: false,
    };
    StreamSchema {
        connector: ConnectorKind::new("netsuite").unwrap(),
        stream: StreamName::new("transactionline").unwrap(),
        columns: types.into_iter().map(column).collect(),
        key: vec!["transaction".into(), "id".into()],
        modified: Some("linelastmodifieddate".into()),
        records_at: RecordsAt::Field("items".into()),
        tombstones: None,
        parent: None,
        deleted: None,
        history: Default::default(),
    }
}

fn body() -> String {
    let mut body = String::from(r#"{"links":[],"count":1000,"hasMore":true,"items":["#);
    for i in 0..RECORDS {
        let comma = if i == 0 { "" } else { "," };
        write!(
            body,
            r#"{comma}{{"links":[],"id":"{i}","transaction":"{}","item":"{}","quantity":"-{}","rate":"{}.25","netamount":"-{}.5","mainline":"F","taxline":"F","shipdate":"2026-03-{:02}","memo":"carefully final requests {i}","itemtype":"InvtPart","linelastmodifieddate":"2026-03-02T10:{:02}:00Z","uniquekey":"{}","location":"{}"}}"#,
            i / 4, i % 200, i % 50, i % 900, i * 3, i % 28 + 1, i % 60, i + 10_000, i % 7
        )
        .unwrap();
    }
    body.push_str("]}");
    body
}

fn bench(c: &mut Criterion) {
    let (schema, body) = (schema(), body());
    let mut group = c.benchmark_group("transform");
    group.throughput(Throughput::Elements(RECORDS));
    group.bench_function("read_page_1000x16", |b| {
        b.iter(|| read_page(black_box(&schema), black_box(body.as_bytes()), Instant::EPOCH).unwrap());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
