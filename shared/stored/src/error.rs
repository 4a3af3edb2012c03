//! What is wrong with bytes, by what the caller does next.

use std::fmt;

/// Why bytes are not a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateError {
    /// Written by a later version: upgrade this program, the bytes are fine.
    NewerVersion(u8),
    /// Cut short, changed or never a state: compute it again from the records. Names the part at fault.
    Damaged(&'static str),
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateError::NewerVersion(version) => {
                write!(f, "the stored state has version {version}, which only a newer program reads")
            }
            StateError::Damaged(part) => {
                write!(f, "the stored state is damaged ({part}); compute it again from the records")
            }
        }
    }
}

impl std::error::Error for StateError {}
