//! States that earlier versions wrote are read for ever.

use forebay_model::Value;
use forebay_profiling::ColumnState;

const FEW: &[u8] = include_bytes!("fixtures/few.version_1");
const MANY: &[u8] = include_bytes!("fixtures/many.version_1");

#[test]
fn a_state_of_version_1_with_all_kinds_of_values_is_read() {
    assert_eq!(FEW[3], 1);
    let state = ColumnState::from_bytes(FEW).unwrap();
    let profile = state.finish("few");
    assert_eq!((profile.rows, profile.nulls), (206, 40));
    assert!(profile.distinct.exact);
    assert!(profile.frequent.iter().any(|frequent| frequent.value == "true"));
    let numbers = profile.numbers.unwrap();
    assert_eq!((numbers.count, numbers.rank_error), (122, 0.0));
    assert!(numbers.standard_deviation.is_some());
    // Version 1 did not know them.
    assert_eq!((numbers.skewness, numbers.kurtosis), (None, None));
    assert_eq!(ColumnState::from_bytes(&state.to_bytes()).unwrap().finish("few"), state.finish("few"));
}

#[test]
fn a_state_of_version_1_with_sketches_is_read_and_merged() {
    assert_eq!(MANY[3], 1);
    let mut state = ColumnState::from_bytes(MANY).unwrap();
    let distinct = |state: &ColumnState| state.finish("many").distinct;
    assert!(!distinct(&state).exact);
    let mut again = ColumnState::new();
    for i in 0..5_000_i64 {
        again.observe(&Value::Integer(if i % 4 == 0 { 7 } else { i * 31 % 5_003 }));
    }
    let (before, new) = (state.finish("many"), again.finish("many"));
    // The same values: the same registers, and so the same estimate, also of both together.
    assert_eq!(before.distinct, new.distinct);
    assert_eq!((before.min, before.max, before.rows), (new.min, new.max, new.rows));
    assert_eq!(before.frequent[0].value, "7");
    state.merge(&again);
    assert_eq!(distinct(&state), new.distinct);
    let merged = state.finish("many");
    assert_eq!(merged.rows, 10_000);
    let (deviation, expected) = (
        merged.numbers.unwrap().standard_deviation.unwrap(),
        new.numbers.unwrap().standard_deviation.unwrap(),
    );
    // Twice the values: a divisor of 9,999 in place of twice 4,999.
    assert!((deviation - expected * (9_998.0_f64 / 9_999.0).sqrt()).abs() < 1e-9 * expected);
    assert_eq!(state.to_bytes()[3], 2);
}
