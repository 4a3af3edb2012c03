//! What relations between columns cost: per value where rows are outside the sample, and afterwards.
//! `cargo bench -p forebay-profiling --bench relations`; with `-- --test` a smoke test.

use std::hint::black_box;
use std::time::Duration as Span;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use forebay_model::Value;
use forebay_profiling::Relations;
use rand::{Rng, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;
use time::{Duration, macros::date};

const ROWS: usize = 50_000;
const CACHED: usize = 500;
const COLUMNS: [&str; 16] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"];

/// Types as in TPC-H's lineitem: four integers, four decimals, five short texts, three dates.
fn rows() -> Vec<Vec<Value>> {
    let mut rng = StdRng::seed_from_u64(1);
    let mut row = || {
        let mut row: Vec<Value> = Vec::with_capacity(COLUMNS.len());
        row.extend([6_000_000, 200_000, 10_000, 7].map(|most| Value::Integer(rng.random_range(0..most))));
        row.extend(
            [50, 10_000_000, 11, 9].map(|most| Value::Decimal(Decimal::new(rng.random_range(0..most), 2))),
        );
        row.extend([1, 1, 12, 5, 30].map(|length| {
            Value::Text((0..length).map(|_| char::from(rng.random_range(b'a'..b'e'))).collect())
        }));
        row.extend(
            [0; 3].map(|_| Value::Date(date!(1992 - 01 - 02) + Duration::days(rng.random_range(0..2_525)))),
        );
        row
    };
    (0..ROWS).map(|_| row()).collect()
}

fn relations(c: &mut Criterion) {
    let rows = rows();
    let mut full = Relations::new(&COLUMNS);
    rows.iter().for_each(|row| full.observe_row(row));
    let stored = full.to_bytes();
    let mut group = c.benchmark_group("relations");
    group.sample_size(20).warm_up_time(Span::from_millis(500)).measurement_time(Span::from_secs(2));
    group.throughput(Throughput::Elements((ROWS * COLUMNS.len()) as u64));
    group.bench_function("observe, from nothing", |b| {
        b.iter(|| {
            let mut relations = Relations::new(&COLUMNS);
            rows.iter().for_each(|row| relations.observe_row(row));
            black_box(relations)
        });
    });
    // As in a profile of all columns, whose statistics have just touched the row.
    let cached = &rows[..CACHED];
    group.throughput(Throughput::Elements((CACHED * COLUMNS.len()) as u64));
    group.bench_function("observe, sample full, rows in the cache", |b| {
        let mut relations = full.clone();
        b.iter(|| cached.iter().for_each(|row| relations.observe_row(black_box(row))));
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("merge", |b| {
        b.iter(|| {
            let mut all = full.clone();
            all.merge(black_box(&full));
            all
        });
    });
    group.bench_function("write", |b| b.iter(|| black_box(full.to_bytes()).len()));
    group.bench_function("read", |b| b.iter(|| Relations::from_bytes(black_box(&stored)).is_ok()));
    group.bench_function("finish", |b| b.iter(|| black_box(full.finish())));
    group.finish();
}

criterion_group!(benches, relations);
criterion_main!(benches);
