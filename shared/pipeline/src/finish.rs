//! Stored profile states as figures.

use forebay_model::profile::{ColumnProfile, RelationsProfile};
use forebay_profiling::{ColumnState, Relations};

/// Merges the states of one column, from any number of runs, and computes its figures. The error names
/// what is wrong with a stored state.
pub fn finish_profile(column: &str, states: &[Vec<u8>]) -> Result<ColumnProfile, String> {
    let mut whole = ColumnState::new();
    for bytes in states {
        let state =
            ColumnState::from_bytes(bytes).map_err(|e| format!("a stored profile of '{column}': {e}"))?;
        whole.merge(&state);
    }
    Ok(whole.finish(column))
}

/// Merges the states of what holds between a stream's columns, from any number of runs, and computes its figures.
/// The error says what is wrong with a stored state.
pub fn finish_relations(states: &[Vec<u8>]) -> Result<RelationsProfile, String> {
    let mut whole = Relations::default();
    for bytes in states {
        let state = Relations::from_bytes(bytes).map_err(|e| format!("stored relations: {e}"))?;
        whole.merge(&state);
    }
    Ok(whole.finish())
}
