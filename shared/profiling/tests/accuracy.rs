//! Every figure against an independent computation, on many distributions, in one pass and after merging a
//! hundred shards.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::collections::HashMap;

use forebay_model::{Value, profile::ColumnProfile};
use forebay_profiling::ColumnState;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

const COUNT: usize = 60_000;
const SHARDS: usize = 100;

fn distributions() -> Vec<(&'static str, Vec<f64>)> {
    let mut rng = StdRng::seed_from_u64(7);
    let mut drawn = |name: &'static str, draw: fn(&mut StdRng, usize) -> f64| {
        (name, (0..COUNT).map(|i| draw(&mut rng, i)).collect::<Vec<f64>>())
    };
    let mut all = vec![
        drawn("constant", |_, _| 42.0),
        drawn("all different, ascending", |_, i| i as f64),
        drawn("all different, descending", |_, i| -(i as f64)),
        drawn("alternating", |_, i| if i % 2 == 0 { 1e6 } else { -1e6 }),
        drawn("zigzag outwards", |_, i| if i % 2 == 0 { i as f64 } else { -(i as f64) }),
        drawn("uniform", |rng, _| rng.random_range(-1.0..1.0)),
        drawn("dice", |rng, _| f64::from(rng.random_range(1..=6))),
        drawn("two thousand values", |rng, _| f64::from(rng.random_range(0..2_000))),
        drawn("normal, far from zero", |rng, _| 1e9 + (0..12).map(|_| rng.random::<f64>()).sum::<f64>()),
        drawn("exponential", |rng, _| -rng.random::<f64>().ln()),
        drawn("Pareto", |rng, _| rng.random::<f64>().powf(-1.2)),
        drawn("log-normal", |rng, _| ((0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0).exp()),
        drawn("Zipf", |rng, _| (1.0 / rng.random::<f64>()).floor().min(1e6)),
        drawn("mostly zero", |rng, _| if rng.random_range(0..100) == 0 { rng.random() } else { 0.0 }),
        drawn("tiny and huge", |rng, _| 10_f64.powi(rng.random_range(-150..150))),
        drawn("steps", |_, i| (i / 1_000) as f64),
        drawn("money", |rng, _| f64::from(rng.random_range(90_000..10_500_000)) / 100.0),
        drawn("sawtooth", |_, i| (i % 997) as f64),
        drawn("timestamps", |rng, i| 1_770_000_000.0 + i as f64 * 60.0 + rng.random::<f64>()),
    ];
    let mut spikes = drawn("shuffled with a heavy value", |_, i| if i % 3 == 0 { 5.0 } else { i as f64 });
    spikes.1.shuffle(&mut StdRng::seed_from_u64(8));
    all.push(spikes);
    all
}

fn profile(values: &[f64], shards: usize) -> ColumnProfile {
    let mut merged = ColumnState::new();
    for shard in values.chunks(values.len().div_ceil(shards)) {
        let mut state = ColumnState::new();
        shard.iter().for_each(|x| state.observe(&Value::Float(*x)));
        let stored = state.to_bytes();
        assert!(stored.len() < 16 * 1024);
        merged.merge(&ColumnState::from_bytes(&stored).unwrap());
    }
    merged.finish("c")
}

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs().max(f64::MIN_POSITIVE)
}

fn check(name: &str, values: &[f64], found: &ColumnProfile) {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    // The two zeros are one value, shown as 0.
    let (low, high) = (sorted[0] + 0.0, sorted[sorted.len() - 1] + 0.0);
    let numbers = found.numbers.as_ref().unwrap();
    assert_eq!((found.rows, numbers.count), (values.len() as u64, values.len() as u64), "{name}");
    assert_eq!(found.min, Some(low.to_string()), "{name}");
    assert_eq!(found.max, Some(high.to_string()), "{name}");
    assert_eq!(numbers.zeros, values.iter().filter(|x| **x == 0.0).count() as u64, "{name}");
    assert_eq!(numbers.negatives, values.iter().filter(|x| **x < 0.0).count() as u64, "{name}");

    check_moments(name, &sorted, found);
    check_ranks(name, &sorted, found);

    let mut counts: HashMap<u64, u64> = HashMap::new();
    values.iter().for_each(|x| *counts.entry((x + 0.0).to_bits()).or_default() += 1);
    let distinct = counts.len() as f64;
    assert_eq!(found.distinct.exact, counts.len() <= 1_000, "{name}");
    // Four standard errors.
    assert!(close(found.distinct.value, distinct, 4.0 * found.distinct.relative_error), "{name}: distinct");
    check_frequent(name, &counts, found);
}

fn check_moments(name: &str, sorted: &[f64], found: &ColumnProfile) {
    let numbers = found.numbers.as_ref().unwrap();
    // Magnitudes ascending and compensated: an independent, nearly exact sum.
    let neumaier = |values: &mut dyn Iterator<Item = f64>| {
        let (mut sum, mut lost) = (0.0_f64, 0.0);
        for x in values {
            let next = sum + x;
            lost += if sum.abs() >= x.abs() { (sum - next) + x } else { (x - next) + sum };
            sum = next;
        }
        sum + lost
    };
    let count = sorted.len() as f64;
    let sum = neumaier(&mut sorted.iter().copied());
    let mean = sum / count;
    let variance = neumaier(&mut sorted.iter().map(|x| (x - mean) * (x - mean))) / (count - 1.0);
    let scale = sorted.iter().map(|x| x.abs()).sum::<f64>();
    let found_sum: f64 = numbers.sum.parse().unwrap();
    assert!((found_sum - sum).abs() <= 1e-14 * scale, "{name}: sum {found_sum}, not {sum}");
    assert!((numbers.mean - mean).abs() <= 1e-14 * scale / count, "{name}: mean");
    let deviation = numbers.standard_deviation.unwrap();
    let close_enough = close(deviation, variance.sqrt(), 1e-11) || (variance == 0.0 && deviation == 0.0);
    assert!(close_enough, "{name}: deviation {deviation}, not {}", variance.sqrt());
}

fn check_ranks(name: &str, sorted: &[f64], found: &ColumnProfile) {
    let numbers = found.numbers.as_ref().unwrap();
    let count = sorted.len() as f64;
    let share_below = |x: f64| sorted.partition_point(|y| *y < x) as f64 / count;
    let share_up_to = |x: f64| sorted.partition_point(|y| *y <= x) as f64 / count;
    for quantile in &numbers.quantiles {
        let (first, last) = (share_below(quantile.value), share_up_to(quantile.value));
        let off = (first - quantile.rank).max(quantile.rank - last);
        assert!(off <= numbers.rank_error + 1e-9, "{name}: quantile {} is off by {off}", quantile.rank);
    }
    assert_eq!(numbers.histogram.iter().map(|bin| bin.count).sum::<f64>(), count, "{name}");
    for (at, bin) in numbers.histogram.iter().enumerate() {
        let end = if at + 1 == numbers.histogram.len() { 1.0 } else { share_below(bin.high) };
        let off = (bin.count / count - (end - share_below(bin.low))).abs();
        assert!(off <= numbers.rank_error + 1e-9, "{name}: bin {at} is off by {off}");
    }
}

fn check_frequent(name: &str, counts: &HashMap<u64, u64>, found: &ColumnProfile) {
    for frequent in &found.frequent {
        let x: f64 = frequent.value.parse().unwrap();
        let count = counts[&(x + 0.0).to_bits()];
        let within = (frequent.count - frequent.error..=frequent.count).contains(&count);
        assert!(within, "{name}: {count} is not within {frequent:?}");
    }
    // A value with a twentieth of the rows is never missed.
    for (bits, count) in counts.iter().filter(|(_, count)| **count * 20 >= COUNT as u64) {
        let text = f64::from_bits(*bits).to_string();
        assert!(found.frequent.iter().any(|f| f.value == text), "{name}: {text} ({count}) is missing");
    }
}

#[test]
fn one_pass_is_within_the_stated_errors() {
    for (name, values) in distributions() {
        check(name, &values, &profile(&values, 1));
    }
}

#[test]
fn a_hundred_merged_shards_are_within_the_stated_errors() {
    for (name, values) in distributions() {
        check(name, &values, &profile(&values, SHARDS));
    }
}
