//! The org's rows, in one SQLite file.
//!
//! Every object has a table, and a table of the same shape with the rows as they were before changes that queries
//! do not see yet. `_seq` counts an object's rows; its id is made from it.

mod schema;
mod source;

pub use forebay_simulation::dataset::{Store, next_above, quoted};
pub use schema::{before_table, create_indexes, create_tables};
pub use source::{keep_before, pending_since, source};

use rusqlite::Connection;

/// Raised whenever generated rows change, so that files of older builds are made anew.
pub const FORMAT: u32 = 4;

/// Gives a connection its memory.
pub fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "cache_size", -8_192)
}
