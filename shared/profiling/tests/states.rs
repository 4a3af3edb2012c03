//! Stored states: small, and safe to read whatever happened to them.

use forebay_model::{Instant, Value};
use forebay_profiling::{ColumnState, StateError};
use proptest::prelude::*;
use rand::{Rng, SeedableRng, rngs::StdRng};
use rust_decimal::Decimal;

fn varied() -> ColumnState {
    let mut state = ColumnState::new();
    for i in 0..5_000_i64 {
        state.observe(&Value::Integer(i * 7));
        state.observe(&Value::Decimal(Decimal::new(i, 2)));
        state.observe(&Value::Float(i as f64 / 7.0));
        state.observe(&Value::Text(format!("customer {i} {}", "long ".repeat(i as usize % 60))));
        state.observe(&Value::Timestamp(Instant::from_micros(i * 1_000_003)));
        state.observe(&Value::Null);
    }
    state
}

#[test]
fn any_changed_byte_and_any_cut_is_noticed() {
    let bytes = varied().to_bytes();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(ColumnState::from_bytes(&changed).is_err(), "byte {at}");
        assert!(ColumnState::from_bytes(&bytes[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn a_later_version_is_told_apart_from_damage() {
    let mut bytes = ColumnState::new().to_bytes();
    bytes[3] = 9;
    assert_eq!(ColumnState::from_bytes(&bytes).unwrap_err(), StateError::NewerVersion(9));
    assert!(matches!(ColumnState::from_bytes(b"{\"rows\":1}"), Err(StateError::Damaged("header"))));
}

/// Puts a right checksum under changed bytes, so that the readers behind it are reached.
fn sealed(mut body: Vec<u8>) -> Vec<u8> {
    let checksum = xxhash_rust::xxh3::xxh3_64(&body) as u32;
    body.extend_from_slice(&checksum.to_le_bytes());
    body
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn forged_states_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), deep: bool) {
        use std::sync::LazyLock;
        static BODY: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let bytes = varied().to_bytes();
            bytes[..bytes.len() - 4].to_vec()
        });
        let mut body = BODY.clone();
        for (at, to) in changes {
            // Lengths and counts are near the sections' heads.
            let at = if deep { at.index(body.len()) } else { 4 + at.index(200) };
            body[at] = to;
        }
        let Ok(mut state) = ColumnState::from_bytes(&sealed(body)) else { return Ok(()) };
        state.merge(&varied());
        state.merge(&state.clone());
        for i in 0..3_000 {
            state.observe(&Value::Integer(i));
        }
        state.finish("c");
        state.to_bytes();
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut body = b"FBP\x01".to_vec();
        body.extend(bytes);
        if let Ok(state) = ColumnState::from_bytes(&sealed(body)) {
            state.finish("c");
        }
    }
}

/// Patterns and lengths that all differ.
fn code(i: usize) -> String {
    let letters = |bit: usize| if i >> bit & 1 == 0 { "a€" } else { "9A" };
    (0..10).map(letters).collect::<String>() + &" ".repeat(i * i % 4_001)
}

/// As many zones as there are.
fn offset(i: usize) -> String {
    format!("2026-{:02}-{:02}T10:00:00+{:02}:{:02}", 1 + i % 12, 1 + i % 28, i % 15, i / 15 % 4 * 15)
}

#[test]
fn a_state_stays_under_16_kib_whatever_the_column() {
    let mut rng = StdRng::seed_from_u64(3);
    let mut float = || Value::Float(f64::from_bits(rng.random()));
    let pool: Vec<Value> = (0..1_000)
        .map(|i| match i % 10 {
            0 => Value::Text("🌊".repeat(100 + i)),
            1 => Value::Json("é".repeat(100 + i)),
            3 => Value::Text(code(i)),
            4 => Value::Timestamp(Instant::from_micros(i as i64 * i as i64 * 90_000_000_007)),
            5 => Value::Text(offset(i)),
            2 => Value::Decimal(Decimal::from_i128_with_scale(i128::from(i as i64) << 80, 28)),
            _ => float(),
        })
        .collect();
    // As many values as are counted exactly, of the widest kinds; then more than that.
    let mut state = ColumnState::new();
    for i in 0..200_000_usize {
        state.observe(&pool[i * 7_919 % pool.len()]);
    }
    let exact = state.to_bytes().len();
    assert!(exact < 16 * 1024, "{exact}");
    for _ in 0..200_000 {
        state.observe(&float());
    }
    let sketched = state.to_bytes().len();
    assert!(sketched < 16 * 1024, "{sketched}");
    assert!(ColumnState::new().to_bytes().len() < 16);
}

#[test]
fn buffered_rows_are_counted_and_written_at_once() {
    let mut state = ColumnState::new();
    state.observe(&Value::Integer(1));
    state.observe(&Value::Null);
    assert_eq!(state.rows(), 2);
    assert_eq!(ColumnState::from_bytes(&state.to_bytes()).unwrap().rows(), 2);
}

#[test]
fn a_state_of_the_longest_decimals_is_read_again() {
    let mut state = ColumnState::new();
    for text in
        ["79228162514264337593543950335", "-79228162514264337593543950335", "0.0000000000000000000000000001"]
    {
        state.observe(&Value::Decimal(text.parse().unwrap()));
        state.observe(&Value::Text(text.into()));
    }
    let bytes = state.to_bytes();
    assert_eq!(ColumnState::from_bytes(&bytes).unwrap().to_bytes(), bytes);
}
