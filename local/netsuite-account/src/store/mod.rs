//! The account's rows, in one SQLite file.
//!
//! Dates are kept as wall seconds, instants as UTC seconds (see [`crate::catalog::Kind`]); the zone is applied
//! when a query asks for a reading. That is why a keyset over an instant always runs on an index.

mod functions;
mod schema;

pub use forebay_simulation::dataset::{Store, next_above, quoted};
pub use schema::{create_indexes, create_tables};

use rusqlite::Connection;

/// Raised whenever generated rows change, so that files of older builds are made anew.
pub const FORMAT: u32 = 3;

/// Gives a connection the account's ways of comparing.
pub fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "case_sensitive_like", true)?;
    connection.pragma_update(None, "cache_size", -8_192)?;
    connection.pragma_update(None, "mmap_size", 1_i64 << 28)?;
    functions::register(connection)
}
