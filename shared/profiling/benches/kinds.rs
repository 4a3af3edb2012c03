//! What a value costs by the kind of its column: one column alone from nothing, and in pages of 1,000 values of which
//! each is written as a state. Measured is the processor's time, which other programs on the machine disturb less than the
//! clock's. `cargo bench -p forebay-profiling --bench kinds`; with `-- --test` a smoke test.

#![expect(clippy::expect_used, reason = "a benchmark stops on what it did not expect")]

use std::hint::black_box;
use std::time::Duration as Span;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use forebay_model::{Instant, Value};
use forebay_profiling::ColumnState;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike};
use rand::{Rng, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;
use time::{Duration, macros::date};

const VALUES: usize = 100_000;
const PAGE: usize = 1_000;

type Draw = fn(&mut StdRng, usize) -> Value;

/// A kind of column and how its values come about.
const KINDS: [(&str, Draw); 20] = [
    ("flags", |rng, _| pick(rng, &["A", "N", "R"])),
    ("booleans", |rng, _| Value::Boolean(rng.random())),
    ("enums", |rng, _| pick(rng, &["open", "in progress", "waiting", "resolved", "closed"])),
    ("quantities", |rng, _| Value::Decimal(Decimal::new(100 * rng.random_range(1..=50), 2))),
    ("ascending keys", |_, at| Value::Integer(1_000_000 + at as i64)),
    ("integers", |rng, _| Value::Integer(rng.random_range(0..200_000))),
    ("decimals", |rng, _| Value::Decimal(Decimal::new(rng.random_range(0..100_000_000), 2))),
    ("floats", |rng, _| Value::Float(rng.random_range(-1e6..1e6))),
    ("dates", |rng, _| Value::Date(date!(1992 - 01 - 02) + Duration::days(rng.random_range(0..2_525)))),
    ("instants", |rng, at| {
        Value::Timestamp(
            Instant::EPOCH.plus_seconds(1_700_000_000 + 60 * at as i64 + rng.random_range(0..60)),
        )
    }),
    ("numbers in texts", |rng, _| {
        let cents: i64 = rng.random_range(0..100_000_000);
        text(format!("{}.{:02}", cents / 100, cents % 100))
    }),
    ("instants in texts", |rng, _| {
        let at = |rng: &mut StdRng, most: u32| rng.random_range(0..most);
        let (day, hour, minute, second) = (1 + at(rng, 28), at(rng, 24), at(rng, 60), at(rng, 60));
        text(format!("2026-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", 1 + at(rng, 12)))
    }),
    ("codes", |rng, _| text(format!("SKU-{:05}-{}", rng.random_range(0..100_000), letter(rng, b'A')))),
    ("phones", |rng, _| text(format!("+1 415 555 {:04}", rng.random_range(0..10_000)))),
    ("emails", |rng, _| text(format!("{}.{}@example.com", word(rng, 6), word(rng, 8)))),
    ("UUIDs", |rng, _| {
        let [a, b, c, d]: [u16; 4] = rng.random();
        text(format!(
            "{:08x}-{a:04x}-{b:04x}-{c:04x}-{d:04x}{:08x}",
            rng.random::<u32>(),
            rng.random::<u32>()
        ))
    }),
    ("names of people", |rng, _| {
        let name = |rng: &mut StdRng, length| format!("{}{}", letter(rng, b'A'), word(rng, length));
        let (given, family) = (name(rng, 5), name(rng, 7));
        text(format!("{given} {family}"))
    }),
    ("free text", |rng, _| sentence(rng, 10, 43)),
    ("long free text", |rng, _| sentence(rng, 200, 400)),
    ("mostly null", |rng, _| if rng.random_bool(0.95) { Value::Null } else { sentence(rng, 10, 43) }),
];

fn text(text: String) -> Value {
    Value::Text(text)
}

fn pick(rng: &mut StdRng, from: &[&str]) -> Value {
    text(from[rng.random_range(0..from.len())].to_owned())
}

fn letter(rng: &mut StdRng, first: u8) -> char {
    char::from(rng.random_range(first..first + 26))
}

fn word(rng: &mut StdRng, length: usize) -> String {
    (0..length).map(|_| letter(rng, b'a')).collect()
}

/// Words, nearly never the same twice.
fn sentence(rng: &mut StdRng, least: usize, most: usize) -> Value {
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
    let length = rng.random_range(least..=most);
    let mut sentence = String::with_capacity(most + 16);
    while sentence.len() < length {
        sentence.push_str(WORDS[rng.random_range(0..WORDS.len())]);
        sentence.push(' ');
    }
    sentence.truncate(length);
    text(sentence)
}

fn observed(values: &[Value]) -> ColumnState {
    let mut state = ColumnState::new();
    values.iter().for_each(|value| state.observe(value));
    state
}

/// What the processor worked for this program.
fn worked() -> Span {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("a process may ask for its own use");
    let span = |time: TimeVal| Span::from_micros(time.num_microseconds() as u64);
    span(usage.user_time()) + span(usage.system_time())
}

fn processor_time(times: u64, mut work: impl FnMut()) -> Span {
    let before = worked();
    (0..times).for_each(|_| work());
    worked() - before
}

fn kinds(c: &mut Criterion) {
    for (kind, draw) in KINDS {
        let mut rng = StdRng::seed_from_u64(1);
        let values: Vec<Value> = (0..VALUES).map(|at| draw(&mut rng, at)).collect();
        let mut group = c.benchmark_group(kind);
        group.sample_size(10).warm_up_time(Span::from_millis(300)).measurement_time(Span::from_secs(1));
        group.throughput(Throughput::Elements(VALUES as u64));
        group.bench_function("from nothing", |b| {
            b.iter_custom(|times| processor_time(times, || drop(black_box(observed(&values)))));
        });
        group.bench_function("pages of 1,000", |b| {
            let page = |page: &[Value]| drop(black_box(observed(page).to_bytes()));
            b.iter_custom(|times| processor_time(times, || values.chunks(PAGE).for_each(page)));
        });
        group.finish();
    }
}

criterion_group!(benches, kinds);
criterion_main!(benches);
