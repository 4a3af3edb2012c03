//! Loading a page of 1,000 records with 20 columns into SQLite: new, replaced, unchanged and late records.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use forebay_embedded::temporary_repository;
use forebay_model::{
    Column, ColumnType, ConnectorKind, ContentHash, Instant, PageDescriptor, PageId, RecordKey,
    RecordVersion, RecordsAt, RunId, SourceId, StreamName, StreamSchema, TenantId, TypedRecord, Value,
};
use forebay_ports::repository::{PageBatch, RecordStore};
use forebay_sql::SqlRepository;
use std::hint::black_box;

const RECORDS: i64 = 1_000;
const COLUMNS: i64 = 20;

fn id<T: TryFrom<String>>(text: &str) -> T {
    T::try_from(text.to_owned()).unwrap_or_else(|_| panic!("{text} is an identifier"))
}

fn schema() -> StreamSchema {
    let column = |n: i64| Column {
        name: format!("c{n}"),
        source_field: format!("c{n}"),
        column_type: match n % 4 {
            0 => ColumnType::Integer,
            1 => ColumnType::Text,
            2 => ColumnType::Decimal { precision: 18, scale: 2 },
            _ => ColumnType::Timestamp,
        },
        nullable: true,
        title: None,
        custom: false,
    };
    StreamSchema {
        connector: id::<ConnectorKind>("bench"),
        stream: id::<StreamName>("item"),
        columns: (0..COLUMNS).map(column).collect(),
        key: vec!["c0".into()],
        modified: Some("c3".into()),
        records_at: RecordsAt::Root,
        tombstones: None,
        parent: None,
        deleted: None,
        history: Default::default(),
    }
}

fn page(n: u32) -> PageDescriptor {
    PageDescriptor {
        id: id::<PageId>(&format!("page-{n}")),
        tenant: id::<TenantId>("tenant"),
        source: id::<SourceId>("source"),
        connector: id::<ConnectorKind>("bench"),
        stream: id::<StreamName>("item"),
        run: id::<RunId>("run"),
        sequence: n,
        blob: format!("raw/{n}"),
        records: 1_000,
        bytes: 400_000,
        schema_version: 1,
        observed: Instant::EPOCH,
        replaces: Vec::new(),
    }
}

fn records(first: i64, modified: i64) -> Vec<TypedRecord> {
    let at = Instant::from_micros(modified * 1_000_000);
    let record = |n: i64| {
        let key = first + n;
        let value = |c: i64| match c % 4 {
            0 => Value::Integer(key * 31 + c),
            1 => Value::Text(format!("some text of {key} in column {c}")),
            2 => Value::Decimal(rust_decimal(key * 100 + c)),
            _ => Value::Timestamp(at),
        };
        let values: Vec<Value> = (0..COLUMNS).map(value).collect();
        TypedRecord {
            key: RecordKey::from_text(key.to_string()),
            version: RecordVersion { modified: at, observed: at, deleted: false },
            hash: ContentHash::of(&values),
            values,
            ordinal: u32::try_from(n).unwrap_or(0),
        }
    };
    (0..RECORDS).map(record).collect()
}

fn rust_decimal(cents: i64) -> rust_decimal::Decimal {
    rust_decimal::Decimal::new(cents, 2)
}

async fn apply(repo: &SqlRepository, schema: &StreamSchema, n: u32, records: Vec<TypedRecord>) -> u64 {
    let page = page(n);
    let batch = PageBatch {
        page: &page,
        schema,
        records,
        rejected: Vec::new(),
        deletes: Vec::new(),
        at: Instant::EPOCH,
    };
    match repo.apply_page(batch).await {
        Ok(applied) => applied.outcome().read,
        Err(error) => panic!("{error}"),
    }
}

fn bench(c: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().unwrap_or_else(|e| panic!("{e}"));
    let repo = runtime.block_on(temporary_repository()).unwrap_or_else(|e| panic!("{e}"));
    let schema = schema();
    let mut next = 0u32;
    let mut group = c.benchmark_group("apply_page");
    group.throughput(criterion::Throughput::Elements(RECORDS.unsigned_abs()));
    group.sample_size(30);
    // Each page of records is loaded once before, at time 100; `None` measures that first load.
    for (name, again) in
        [("new", None), ("replaced", Some(200)), ("unchanged", Some(100)), ("late", Some(50))]
    {
        group.bench_function(name, |b| {
            let prepare = || {
                next += 1;
                let first = i64::from(next) * RECORDS;
                if again.is_some() {
                    runtime.block_on(apply(&repo, &schema, next, records(first, 100)));
                    next += 1;
                }
                (next, records(first, again.unwrap_or(100)))
            };
            let load = |(n, records)| black_box(runtime.block_on(apply(&repo, &schema, n, records)));
            b.iter_batched(prepare, load, BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
