//! States that earlier versions wrote are read for ever.

use forebay_model::Value;
use forebay_model::profile::KeyCandidate;
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
    assert_eq!(state.to_bytes()[3], 3);
}

#[expect(clippy::unwrap_used, reason = "a state of ours is read again")]
/// A state without its `keys` section, as version 1 wrote it and early states of version 2.
fn without_keys(state: &ColumnState) -> ColumnState {
    const KEYS: u8 = 20;
    let bytes = state.to_bytes();
    let mut kept = bytes[..4].to_vec();
    let mut rest = &bytes[4..bytes.len() - 4];
    while let [section, body @ ..] = rest {
        let (mut length, mut head) = (0_usize, 0);
        loop {
            length |= usize::from(body[head] & 0x7f) << (7 * head);
            head += 1;
            if body[head - 1] < 0x80 {
                break;
            }
        }
        let whole = 1 + head + length;
        if *section != KEYS {
            kept.extend_from_slice(&rest[..whole]);
        }
        rest = &rest[whole..];
    }
    let checksum = xxhash_rust::xxh3::xxh3_64(&kept) as u32;
    kept.extend_from_slice(&checksum.to_le_bytes());
    ColumnState::from_bytes(&kept).unwrap()
}

fn column(values: impl IntoIterator<Item = i64>) -> ColumnState {
    let mut state = ColumnState::new();
    values.into_iter().for_each(|i| state.observe(&Value::Integer(i)));
    state
}

#[test]
fn what_a_state_did_not_look_for_is_unknown_and_not_likely() {
    let key = |state: &ColumnState| state.finish("c").key_candidate;
    let whole = column(0..20_000);
    assert_eq!(key(&whole), KeyCandidate::Likely);
    let mut old = without_keys(&whole);
    assert_eq!(key(&old), KeyCandidate::Unknown);
    // It stays so, merged with what is known, in either order, and stored.
    let new = column(20_000..40_000);
    let mut turned = new.clone();
    turned.merge(&old);
    old.merge(&new);
    assert_eq!(old.to_bytes(), turned.to_bytes());
    let again = ColumnState::from_bytes(&old.to_bytes()).unwrap();
    assert_eq!((key(&old), key(&again)), (KeyCandidate::Unknown, KeyCandidate::Unknown));
    // A value that came twice settles it; so does counting, while it is exact; no values, nothing to know.
    old.merge(&column((0..20_000).map(|i| i / 2)));
    assert_eq!(key(&old), KeyCandidate::No);
    assert_eq!(key(&without_keys(&column(0..900))), KeyCandidate::Yes);
    assert_eq!(key(&without_keys(&column([]))), KeyCandidate::No);
}
