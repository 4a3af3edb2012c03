//! Rows of 16 columns typed and distributed like TPC-H's lineitem: the cost per value of a full profile, and
//! of what happens to states afterwards. `cargo bench -p forebay-profiling`; with `-- --test` a smoke test.

use std::hint::black_box;
use std::time::Duration as Span;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use forebay_model::Value;
use forebay_profiling::{BatchProfile, ColumnState};
use rand::{Rng, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;
use time::{Date, Duration, macros::date};

const ROWS: usize = 50_000;
const COLUMNS: [&str; 16] = [
    "orderkey",
    "partkey",
    "suppkey",
    "linenumber",
    "quantity",
    "extendedprice",
    "discount",
    "tax",
    "returnflag",
    "linestatus",
    "shipdate",
    "commitdate",
    "receiptdate",
    "shipinstruct",
    "shipmode",
    "comment",
];

fn rows() -> Vec<Vec<Value>> {
    let mut rng = StdRng::seed_from_u64(1);
    let (mut order, mut line, mut lines) = (1, 0, 4);
    let mut row = || {
        line += 1;
        if line > lines {
            (order, line, lines) = (order + rng.random_range(1..8), 1, rng.random_range(1..8));
        }
        let quantity = rng.random_range(1..=50);
        let part = rng.random_range(1..=200_000_i64);
        let price = (90_000 + (part / 10) % 20_001 + 100 * (part % 1_000)) * quantity;
        let shipped = date!(1992 - 01 - 02) + Duration::days(rng.random_range(0..2_525));
        vec![
            Value::Integer(order),
            Value::Integer(part),
            Value::Integer(rng.random_range(1..=10_000)),
            Value::Integer(line),
            Value::Decimal(Decimal::new(quantity * 100, 2)),
            Value::Decimal(Decimal::new(price, 2)),
            Value::Decimal(Decimal::new(rng.random_range(0..=10), 2)),
            Value::Decimal(Decimal::new(rng.random_range(0..=8), 2)),
            text(pick(&mut rng, &["A", "N", "R"])),
            text(pick(&mut rng, &["F", "O"])),
            Value::Date(shipped),
            days_after(&mut rng, shipped, 90),
            days_after(&mut rng, shipped, 30),
            text(pick(&mut rng, &["DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"])),
            text(pick(&mut rng, &["REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"])),
            comment(&mut rng),
        ]
    };
    (0..ROWS).map(|_| row()).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn pick<'a>(rng: &mut StdRng, from: &[&'a str]) -> &'a str {
    from[rng.random_range(0..from.len())]
}

fn days_after(rng: &mut StdRng, date: Date, most: i64) -> Value {
    Value::Date(date + Duration::days(rng.random_range(1..=most)))
}

/// 10 to 43 characters of words, nearly all different.
fn comment(rng: &mut StdRng) -> Value {
    const WORDS: [&str; 10] = [
        "furiously",
        "regular",
        "deposits",
        "sleep",
        "quickly",
        "about the",
        "even",
        "ironic",
        "accounts",
        "final",
    ];
    let length = rng.random_range(10..=43);
    let mut text = String::with_capacity(64);
    while text.len() < length {
        text.push_str(pick(rng, &WORDS));
        text.push(' ');
    }
    text.truncate(length);
    Value::Text(text)
}

fn profiled(rows: &[Vec<Value>]) -> BatchProfile {
    let mut batch = BatchProfile::new(&COLUMNS);
    rows.iter().for_each(|row| batch.observe(row));
    batch
}

fn observe(c: &mut Criterion) {
    let rows = rows();
    let mut group = c.benchmark_group("observe");
    group.sample_size(20).warm_up_time(Span::from_millis(500)).measurement_time(Span::from_secs(2));
    group.throughput(Throughput::Elements((ROWS * COLUMNS.len()) as u64));
    group.bench_function("lineitem, per value", |b| b.iter(|| black_box(profiled(&rows))));
    group.throughput(Throughput::Elements(ROWS as u64));
    for (at, name) in COLUMNS.iter().enumerate() {
        let column: Vec<Value> = rows.iter().map(|row| row[at].clone()).collect();
        group.bench_function(format!("column {name}"), |b| {
            b.iter(|| {
                let mut state = ColumnState::new();
                column.iter().for_each(|value| state.observe(value));
                black_box(state)
            });
        });
    }
    group.finish();
}

/// A nested object as connectors land it: half a kilobyte, with a person in it.
fn nested(i: usize) -> Value {
    let lines: Vec<String> = (0..6)
        .map(|line| format!(r#"{{"sku":"SKU-{:05}","quantity":{line},"note":"as usual"}}"#, i % 997))
        .collect();
    let (customer, status) = (format!(r#"{{"name":"Anna Smith","email":"user{i}@example.com"}}"#), "open");
    Value::Json(format!(
        r#"{{"id":{i},"status":"{status}","customer":{customer},"lines":[{}]}}"#,
        lines.join(",")
    ))
}

fn json(c: &mut Criterion) {
    const VALUES: usize = 20_000;
    let mut group = c.benchmark_group("JSON of half a kilobyte");
    group.sample_size(20).warm_up_time(Span::from_millis(500)).measurement_time(Span::from_secs(2));
    group.throughput(Throughput::Elements(VALUES as u64));
    for (name, different) in [("all differ", VALUES), ("fifty different", 50)] {
        let values: Vec<Value> = (0..VALUES).map(|i| nested(i * 7 % different)).collect();
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut state = ColumnState::new();
                values.iter().for_each(|value| state.observe(value));
                black_box(state)
            });
        });
    }
    group.finish();
}

fn afterwards(c: &mut Criterion) {
    let rows = rows();
    let (left, right) = rows.split_at(ROWS / 2);
    let (left, right) = (profiled(left), profiled(right));
    let states = profiled(&rows).into_columns();
    let stored: Vec<Vec<u8>> = states.iter().map(|(_, state)| state.to_bytes()).collect();
    let mut group = c.benchmark_group("16 columns");
    group.sample_size(20).warm_up_time(Span::from_millis(500)).measurement_time(Span::from_secs(2));
    group.bench_function("merge", |b| {
        b.iter_batched(
            || (left.clone(), right.clone()),
            |(mut left, right)| {
                left.merge(right);
                left
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("write", |b| {
        b.iter(|| states.iter().map(|(_, state)| black_box(state.to_bytes()).len()).sum::<usize>());
    });
    group.bench_function("read", |b| {
        b.iter(|| stored.iter().filter(|bytes| black_box(ColumnState::from_bytes(bytes)).is_ok()).count());
    });
    group.bench_function("finish", |b| {
        b.iter(|| states.iter().map(|(name, state)| black_box(state.finish(name)).rows).sum::<u64>());
    });
    group.finish();
}

criterion_group!(benches, observe, json, afterwards);
criterion_main!(benches);
