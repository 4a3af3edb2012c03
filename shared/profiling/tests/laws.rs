//! What must hold whatever the values, their order and their split.

use forebay_model::{Instant, Value, profile::ColumnProfile};
use forebay_profiling::ColumnState;
use proptest::prelude::*;
use rust_decimal::Decimal;
use time::Date;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Boolean),
        2 => any::<i64>().prop_map(Value::Integer),
        3 => (-20_i64..20).prop_map(Value::Integer),
        3 => (any::<i64>(), 0_u32..6).prop_map(|(m, s)| Value::Decimal(Decimal::new(m, s))),
        2 => (0_i64..50, 0_u32..3).prop_map(|(m, s)| Value::Decimal(Decimal::new(m, s))),
        1 => any::<f64>().prop_map(Value::Float),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1.0]).prop_map(Value::Float),
        3 => ".{0,12}".prop_map(Value::Text),
        2 => "[abc]{0,2}| {0,3}|.{120,140}".prop_map(Value::Text),
        1 => (0_i32..3_000_000).prop_map(|d| Value::Date(Date::from_julian_day(d).unwrap_or(Date::MIN))),
        1 => any::<i64>().prop_map(|m| Value::Timestamp(Instant::from_micros(m))),
        1 => "\\{\"a\":[0-9]{1,3}\\}".prop_map(Value::Json),
        2 => "[A-Z]{3}-[0-9]{4}| [A-Z][a-z]{2,9} [A-Z][a-z]{2,9}|([a-z]{3,9} ){1,30}".prop_map(Value::Text),
        1 => prop::sample::select(vec!["MÃ¼ller", "A &amp; B", "a\u{fffd}", "b\u{0}", "Élodie", "O'Neil"]).prop_map(|t| Value::Text(t.to_owned())),
        2 => "20[0-9]{2}-0[1-9]-[0-2][1-9](T1[0-9]:[0-5]0:00(Z|[+-]0[1-9]:[034][05]))?".prop_map(Value::Text),
    ]
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(value(), 0..400)
}

fn state(values: &[Value]) -> ColumnState {
    let mut state = ColumnState::new();
    values.iter().for_each(|value| state.observe(value));
    state
}

fn merged(parts: &[&ColumnState]) -> ColumnState {
    let mut all = ColumnState::new();
    parts.iter().for_each(|part| all.merge(part));
    all
}

/// What is equal however the values come: all but the last digits of the moments, and what comes
/// from a sketch. (Under 400 values even those are exact, except where long texts outgrow the counters.)
fn exact(state: &ColumnState) -> ColumnProfile {
    let mut profile = state.finish("c");
    if let Some(numbers) = &mut profile.numbers {
        numbers.standard_deviation = None;
        (numbers.skewness, numbers.kurtosis) = (None, None);
    }
    profile.frequent.clear();
    if let Some(texts) = &mut profile.texts {
        texts.patterns.clear();
    }
    profile
}

/// NaN differs from itself and appears in no figure, so that profiles can be compared.
fn assert_finite(profile: &ColumnProfile) {
    if let Some(numbers) = &profile.numbers {
        assert!(numbers.mean.is_none_or(|mean| !mean.is_nan()));
        assert!(numbers.standard_deviation.is_none_or(f64::is_finite));
        assert!(numbers.quantiles.iter().all(|q| q.value.is_finite()));
        assert!(numbers.histogram.iter().all(|b| b.low.is_finite() && b.high.is_finite()));
        // A number that proves to be a card's takes the figures with it.
        let held = if numbers.masked { 0.0 } else { numbers.count as f64 };
        assert_eq!(numbers.histogram.iter().map(|b| b.count).sum::<f64>(), held);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_is_commutative_to_the_byte(a in values(), b in values()) {
        let (a, b) = (state(&a), state(&b));
        prop_assert_eq!(merged(&[&a, &b]).to_bytes(), merged(&[&b, &a]).to_bytes());
    }

    #[test]
    fn exact_figures_do_not_depend_on_order_or_split(
        all in values(), shuffled in any::<prop::sample::Index>(), cuts in prop::array::uniform2(any::<prop::sample::Index>()),
    ) {
        let whole = exact(&state(&all));
        assert_finite(&whole);
        let mut rotated = all.clone();
        if !rotated.is_empty() {
            let by = shuffled.index(rotated.len());
            rotated.rotate_left(by);
            rotated.reverse();
        }
        prop_assert_eq!(&exact(&state(&rotated)), &whole);

        let mut cuts = cuts.map(|cut| cut.index(all.len() + 1));
        cuts.sort_unstable();
        let (a, b, c) = (state(&all[..cuts[0]]), state(&all[cuts[0]..cuts[1]]), state(&all[cuts[1]..]));
        let left = merged(&[&merged(&[&a, &b]), &c]);
        let right = merged(&[&a, &merged(&[&b, &c])]);
        prop_assert_eq!(left.rows(), all.len() as u64);
        prop_assert_eq!(&exact(&left), &whole);
        prop_assert_eq!(&exact(&right), &whole);
    }

    #[test]
    fn states_come_back_as_they_were_written(all in values(), more in values()) {
        let mut before = state(&all);
        let bytes = before.to_bytes();
        let mut after = ColumnState::from_bytes(&bytes).unwrap();
        prop_assert_eq!(after.to_bytes(), bytes);
        prop_assert_eq!(after.finish("c"), before.finish("c"));
        prop_assert_eq!(after.rows(), before.rows());
        let more = state(&more);
        before.merge(&more);
        after.merge(&more);
        prop_assert_eq!(after.to_bytes(), before.to_bytes());
    }

    #[test]
    fn the_same_values_in_the_same_order_give_the_same_bytes(all in values()) {
        prop_assert_eq!(state(&all).to_bytes(), state(&all).to_bytes());
    }

    #[test]
    fn frequent_values_are_within_their_error(all in prop::collection::vec(0_u8..40, 0..3_000), wide in 0_u64..2_000, texts: bool) {
        let value = |i: u64| if texts { Value::Text(format!("{i:>60}")) } else { Value::Integer(i as i64) };
        let all: Vec<u64> = all.iter().map(|i| u64::from(*i)).chain((0..wide).map(|i| 100 + i)).collect();
        let mut merged = ColumnState::new();
        for part in all.chunks(700) {
            merged.merge(&state(&part.iter().map(|i| value(*i)).collect::<Vec<_>>()));
        }
        for found in merged.finish("c").frequent {
            let i: u64 = found.value.trim().parse().unwrap();
            let count = all.iter().filter(|j| **j == i).count() as u64;
            prop_assert!(count <= found.count && found.count - found.error <= count, "{} of {:?}", count, found);
        }
    }
}
