//! An account's rows, in one SQLite file that is generated once and changed from then on.

mod generated;
mod sequence;
mod store;

pub use generated::{Meta, ensure};
pub use sequence::next_above;
pub use store::Store;

/// An identifier as SQLite takes it, whatever words it is made of.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
