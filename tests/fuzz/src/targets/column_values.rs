//! Any values, split and merged in any way: rows are counted, states come back as written, merging is
//! commutative to the byte, nothing panics, and no state outgrows its 16 KiB.

use forebay_model::Value;
use forebay_profiling::{BatchProfile, ColumnState};

use crate::Target;
use crate::input::Input;

const MOST_STATE_BYTES: usize = 16 * 1024;
/// Doubling a state so often makes billions of rows of a few.
const DOUBLINGS: u32 = 40;

pub(crate) const TARGET: Target = Target { name: "column_values", run, seeds };

fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let huge = input.byte() == 1;
    let mut shards = [ColumnState::new(), ColumnState::new()];
    let mut batch = BatchProfile::new(&["a", "b"]);
    let mut rows = 0;
    while !input.is_empty() {
        let value = input.value();
        let shard = usize::from(input.byte() % 2);
        batch.observe(&[value.clone(), Value::Integer(rows)]);
        shards[shard].observe(&value);
        rows += 1;
    }
    let [mut left, right] = shards;
    let mut other_way = right.clone();
    other_way.merge(&left);
    left.merge(&right);
    assert!(left.to_bytes() == other_way.to_bytes(), "merging is commutative");
    assert_eq!(left.rows(), rows as u64);
    if huge {
        (0..DOUBLINGS).for_each(|_| left.merge(&left.clone()));
    }
    check(&left);
    batch.into_columns().iter().for_each(|(_, state)| check(state));
}

pub(crate) fn check(state: &ColumnState) {
    let bytes = state.to_bytes();
    assert!(bytes.len() <= MOST_STATE_BYTES, "a state of {} bytes", bytes.len());
    let back = ColumnState::from_bytes(&bytes).expect("a state reads what it wrote");
    assert!(back.to_bytes() == bytes, "what was read is written the same");
    assert_eq!(back.finish("column"), state.finish("column"));
}

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = vec![vec![], vec![1, 2, 255, 255, 255, 255, 255, 255, 255, 127, 0]];
    for tag in 0..12_u8 {
        seeds.push((0..120_u8).flat_map(|at| [tag, at, at.wrapping_mul(7), 3]).collect());
    }
    seeds
}
