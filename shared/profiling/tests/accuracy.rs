//! Every figure against an independent computation, on many distributions, in one pass and after merging a
//! thousand shards.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

#[path = "accuracy/distributions.rs"]
mod distributions;
#[path = "accuracy/exact.rs"]
mod exact;
#[path = "accuracy/pairs.rs"]
mod pairs;
#[path = "accuracy/relations.rs"]
mod relations;

use std::collections::HashMap;

use distributions::COUNT;
use forebay_model::{
    Value,
    profile::{ColumnProfile, KeyCandidate},
};
use forebay_profiling::ColumnState;

const SHARDS: usize = 1_000;

fn profile(values: &[f64], shards: usize) -> ColumnProfile {
    let shards = values.chunks(values.len().div_ceil(shards)).map(state);
    merged(&shards.collect::<Vec<_>>().iter().collect::<Vec<_>>()).finish("c")
}

/// As it comes back from where it was stored.
fn state(values: &[f64]) -> ColumnState {
    let mut state = ColumnState::new();
    values.iter().for_each(|x| state.observe(&Value::Float(*x)));
    let stored = state.to_bytes();
    assert!(stored.len() < 16 * 1024);
    ColumnState::from_bytes(&stored).unwrap()
}

fn merged(parts: &[&ColumnState]) -> ColumnState {
    let mut all = ColumnState::new();
    parts.iter().for_each(|part| all.merge(part));
    all
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
    assert_eq!(numbers.integers, values.iter().filter(|x| x.fract() == 0.0).count() as u64, "{name}");
    assert_eq!((numbers.nan, numbers.infinities, numbers.from_text), (0, 0, 0), "{name}");
    check_digits(name, values, found);

    check_moments(name, &sorted, found);
    check_ranks(name, &sorted, found);

    let mut counts: HashMap<u64, u64> = HashMap::new();
    values.iter().for_each(|x| *counts.entry((x + 0.0).to_bits()).or_default() += 1);
    let distinct = counts.len() as f64;
    assert_eq!(found.distinct.exact, counts.len() <= 1_000, "{name}");
    // Four standard errors.
    assert!(close(found.distinct.value, distinct, 4.0 * found.distinct.relative_error), "{name}: distinct");
    let (uniqueness, rows) = (&found.uniqueness, values.len() as f64);
    assert_eq!(uniqueness.exact, found.distinct.exact, "{name}");
    assert!(
        close(uniqueness.value, distinct / rows, 4.0 * uniqueness.relative_error + 1e-12),
        "{name}: uniqueness"
    );
    assert_eq!(found.constant, low == high, "{name}");
    let key = match (found.distinct.exact, distinct == rows) {
        (true, true) => found.key_candidate == KeyCandidate::Yes,
        // What a sketch counts can be every row, or nearly.
        (false, true) => found.key_candidate == KeyCandidate::Likely,
        (_, false) => found.key_candidate != KeyCandidate::Yes,
    };
    assert!(key, "{name}: {:?} of {distinct} in {rows}", found.key_candidate);
    check_frequent(name, &counts, found);
}

fn check_moments(name: &str, sorted: &[f64], found: &ColumnProfile) {
    let numbers = found.numbers.as_ref().unwrap();
    let exact = exact::moments(sorted);
    let found_sum: f64 = numbers.sum.as_ref().unwrap().parse().unwrap();
    assert!(close(found_sum, exact.sum, 4e-16), "{name}: sum {found_sum}, not {}", exact.sum);
    assert!(
        close(numbers.mean.unwrap(), exact.mean, 4e-16),
        "{name}: mean {:?}, not {}",
        numbers.mean,
        exact.mean
    );
    let deviation = numbers.standard_deviation.unwrap();
    assert!(
        close(deviation, exact.deviation, 1e-11),
        "{name}: deviation {deviation}, not {}",
        exact.deviation
    );
    let near = |found: Option<f64>, exact: Option<f64>| match (found, exact) {
        (Some(found), Some(exact)) => (found - exact).abs() <= 1e-9 * (1.0 + exact.abs()),
        (found, exact) => found == exact,
    };
    assert!(
        near(numbers.skewness, exact.skewness),
        "{name}: {:?}, not {:?}",
        numbers.skewness,
        exact.skewness
    );
    assert!(
        near(numbers.kurtosis, exact.kurtosis),
        "{name}: {:?}, not {:?}",
        numbers.kurtosis,
        exact.kurtosis
    );
}

fn check_digits(name: &str, values: &[f64], found: &ColumnProfile) {
    let mut expected = [0_u64; 9];
    for x in values.iter().filter(|x| **x != 0.0) {
        let shown = format!("{:e}", x.abs());
        expected[usize::from(shown.as_bytes()[0] - b'1')] += 1;
    }
    let digits = found.numbers.as_ref().unwrap().leading_digits.as_ref();
    assert_eq!(digits.map(|digits| digits.counts), (expected != [0; 9]).then_some(expected), "{name}");
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
    check_outliers(name, sorted, found);
    assert_eq!(numbers.histogram.iter().map(|bin| bin.count).sum::<f64>(), count, "{name}");
    for (at, bin) in numbers.histogram.iter().enumerate() {
        let end = if at + 1 == numbers.histogram.len() { 1.0 } else { share_below(bin.high) };
        let off = (bin.count / count - (end - share_below(bin.low))).abs();
        assert!(off <= numbers.rank_error + 1e-9, "{name}: bin {at} is off by {off}");
    }
}

/// The fences are those of the shown quartiles, and as many numbers as stated are beyond them.
fn check_outliers(name: &str, sorted: &[f64], found: &ColumnProfile) {
    let numbers = found.numbers.as_ref().unwrap();
    let outliers = numbers.outliers.as_ref().unwrap();
    let at = |rank: f64| numbers.quantiles.iter().find(|quantile| quantile.rank == rank).unwrap().value;
    let reach = 3.0 * (at(0.75) / 4.0 - at(0.25) / 4.0);
    assert!(close(outliers.low_fence, (at(0.25) / 4.0 - reach) * 4.0, 1e-12), "{name}");
    assert!(close(outliers.high_fence, (at(0.75) / 4.0 + reach) * 4.0, 1e-12), "{name}");
    let below = sorted.partition_point(|x| *x < outliers.low_fence) as f64;
    let above = (sorted.len() - sorted.partition_point(|x| *x <= outliers.high_fence)) as f64;
    let allowed = if outliers.exact { 0.0 } else { numbers.rank_error * sorted.len() as f64 };
    assert!((outliers.below - below).abs() <= allowed, "{name}: {outliers:?}, not {below} below");
    assert!((outliers.above - above).abs() <= allowed, "{name}: {outliers:?}, not {above} above");
    // Whether there are any is never estimated.
    assert_eq!((outliers.below > 0.0, outliers.above > 0.0), (below > 0.0, above > 0.0), "{name}");
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
    for (name, values) in distributions::all() {
        check(name, &values, &profile(&values, 1));
    }
}

#[test]
fn a_thousand_merged_shards_are_within_the_stated_errors() {
    for (name, values) in distributions::all() {
        check(name, &values, &profile(&values, SHARDS));
    }
}

/// Parts of tens of thousands of values, whose sketches are full, in every order and every bracket.
#[test]
fn however_three_parts_are_merged_the_figures_are_within_the_stated_errors() {
    for (name, values) in distributions::all() {
        let (first, rest) = values.split_at(values.len() / 2);
        let (second, third) = rest.split_at(rest.len() / 3);
        let [a, b, c] = [first, second, third].map(state);
        check(name, &values, &merged(&[&merged(&[&a, &b]), &c]).finish("c"));
        check(name, &values, &merged(&[&a, &merged(&[&b, &c])]).finish("c"));
        check(name, &values, &merged(&[&merged(&[&c, &a]), &b]).finish("c"));
    }
}

#[test]
fn values_of_a_column_that_mixes_types_are_counted_by_what_they_are() {
    let mut state = ColumnState::new();
    for i in 0..300_i64 {
        state.observe(&Value::Integer(i));
        state.observe(&Value::Decimal(rust_decimal::Decimal::new(i * 10 + 5, 1)));
        state.observe(&Value::Float(if i % 3 == 0 { f64::NAN } else { f64::NEG_INFINITY }));
        state.observe(&Value::Text("n/a".to_owned()));
    }
    let numbers = state.finish("c").numbers.unwrap();
    assert_eq!((numbers.count, numbers.integers, numbers.from_text), (600, 300, 0));
    assert_eq!((numbers.nan, numbers.infinities), (100, 200));
}

#[test]
fn numbers_in_texts_are_figures_where_the_column_is_of_numbers() {
    let profile = |texts: &mut dyn Iterator<Item = String>| {
        let mut state = ColumnState::new();
        texts.for_each(|text| state.observe(&Value::Text(text)));
        ColumnState::from_bytes(&state.to_bytes()).unwrap().finish("c")
    };
    let amounts = profile(&mut (1..=100).map(|i| (i * 10).to_string()));
    let numbers = amounts.numbers.unwrap();
    assert_eq!(
        (numbers.count, numbers.from_text, numbers.integers, numbers.mean),
        (100, 100, 100, Some(505.0))
    );
    assert_eq!((amounts.min.as_deref(), amounts.max.as_deref()), (Some("10"), Some("1000")));
    assert_eq!(amounts.frequent.len(), 20);

    let dates = profile(&mut (10..=28).map(|day| format!("2026-03-{day}")));
    assert_eq!(dates.numbers.unwrap().from_text, 19);
    assert_eq!(dates.max.as_deref(), Some("2026-03-28"));

    let codes = profile(&mut (1..=100).map(|i| if i % 2 == 0 { format!("item {i}") } else { i.to_string() }));
    assert_eq!(codes.numbers, None);
    assert_eq!(codes.min.as_deref(), Some("1"));
    let mixed = profile(&mut (0..100).map(|i| if i == 50 { "2026-03-01".to_owned() } else { i.to_string() }));
    assert_eq!(mixed.numbers, None);
}
