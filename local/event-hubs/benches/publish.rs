//! How fast events are accepted and read back: `cargo bench -p forebay-event-hubs`.
//!
//! The publisher is the official Rust client over TCP, as in production code.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark that cannot go on fails")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{hint::black_box, path::Path, time::Duration};

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use forebay_event_hubs::{
    consumer::PartitionConsumer,
    log::{Durability, LogOptions, NewEvent, Partition, StartPosition},
};
use support::{TestServer, To, event, producer, send};
use tokio::runtime::Runtime;

const BODY: usize = 400;
const BATCH: usize = 500;

fn publish(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let server = runtime.block_on(TestServer::start(&["bench=1"]));
    let client = runtime.block_on(producer(&server.endpoint(), "bench"));
    let mut group = criterion.benchmark_group("publish");
    for batch in [1, BATCH] {
        group.throughput(Throughput::Elements(batch as u64));
        group.bench_function(BenchmarkId::new("rust client", batch), |bencher| {
            bencher.iter(|| {
                let events = (0..batch).map(|_| event(vec![b'x'; BODY]));
                runtime.block_on(send(&client, To::Partition("0"), events));
            });
        });
    }
    group.finish();
}

fn append(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let mut group = criterion.benchmark_group("append");
    group.throughput(Throughput::Elements(BATCH as u64));
    for durability in [Durability::Os, Durability::Disk] {
        let directory = tempfile::tempdir().expect("a directory");
        let partition = open(&runtime, directory.path(), durability);
        group.bench_function(BenchmarkId::new("batch", format!("{durability:?}")), |bencher| {
            bencher.iter(|| runtime.block_on(partition.append(batch())).expect("appended"));
        });
    }
    group.finish();
}

fn open(runtime: &Runtime, directory: &Path, durability: Durability) -> Partition {
    let _entered = runtime.enter();
    let options = LogOptions { durability, ..LogOptions::default() };
    Partition::open(directory, options).expect("a partition")
}

fn batch() -> Vec<NewEvent> {
    let message = Bytes::from(vec![b'x'; BODY]);
    (0..BATCH).map(|_| NewEvent { partition_key: None, message: message.clone() }).collect()
}

/// Reads 50,000 events over and over, from the log alone and as a consumer over TCP.
fn read(criterion: &mut Criterion) {
    const EVENTS: usize = 50_000;
    let runtime = Runtime::new().expect("a runtime");
    let server = runtime.block_on(TestServer::start(&["bench=1"]));
    let client = runtime.block_on(producer(&server.endpoint(), "bench"));
    for _ in 0..EVENTS / BATCH {
        let events = (0..BATCH).map(|_| event(vec![b'x'; BODY]));
        runtime.block_on(send(&client, To::Partition("0"), events));
    }
    let directory = tempfile::tempdir().expect("a directory");
    let partition = open(&runtime, directory.path(), Durability::Os);
    for _ in 0..EVENTS / BATCH {
        runtime.block_on(partition.append(batch())).expect("appended");
    }
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Elements(EVENTS as u64)).sample_size(10);
    group.bench_function("log", |bencher| bencher.iter(|| runtime.block_on(read_log(&partition))));
    group.bench_function("consumer", |bencher| {
        bencher.iter(|| runtime.block_on(consume(&server.endpoint(), EVENTS)));
    });
    group.finish();
}

async fn read_log(partition: &Partition) {
    let mut reader = partition.read_from(StartPosition::Earliest).await.expect("a reader");
    while !black_box(reader.next_chunk().await.expect("a chunk")).is_empty() {}
}

async fn consume(endpoint: &str, count: usize) {
    let mut consumer = PartitionConsumer::open(endpoint, "bench", "g", "0", None).await.expect("a consumer");
    let mut received = 0;
    while received < count {
        received += consumer.receive_batch(1_000, Duration::from_secs(10)).await.expect("events").len();
    }
}

criterion_group!(benches, publish, append, read);
criterion_main!(benches);
