//! Any bytes under a right checksum: refused, or a state that finishes, merges and is written again.

use forebay_model::Value;
use forebay_profiling::ColumnState;
use xxhash_rust::xxh3::xxh3_64;

use crate::Target;

pub(crate) const TARGET: Target = Target { name: "column_state", run, seeds };

fn run(bytes: &[u8]) {
    let mut forged = bytes.to_vec();
    forged.extend_from_slice(&(xxh3_64(bytes) as u32).to_le_bytes());
    let Ok(mut state) = ColumnState::from_bytes(&forged) else { return };
    state.finish("column");
    let other = state.clone();
    state.merge(&other);
    state.observe(&Value::Text("2026-03-01".to_owned()));
    state.observe(&Value::Integer(7));
    state.finish("column");
    state.to_bytes();
}

/// States without their checksums.
fn seeds() -> Vec<Vec<u8>> {
    let columns: [fn(u64) -> Value; 5] = [
        |at| Value::Integer(at as i64),
        |at| Value::Float(at as f64 / 7.0),
        |at| Value::Text(format!("text {at}")),
        |at| Value::Text(format!("2026-03-{:02}", at % 28 + 1)),
        |at| if at % 3 == 0 { Value::Null } else { Value::Boolean(at % 2 == 0) },
    ];
    let lengths = [1, 300, 5_000];
    let state = |make: &fn(u64) -> Value, rows| {
        let mut state = ColumnState::new();
        (0..rows).for_each(|at| state.observe(&make(at)));
        let mut bytes = state.to_bytes();
        bytes.truncate(bytes.len() - 4);
        bytes
    };
    columns.iter().flat_map(|make| lengths.map(|rows| state(make, rows))).collect()
}
