//! The portal's records, in one SQLite file.
//!
//! A record's values are kept as the vendor's texts in one JSON object; only its id and its three moments are
//! columns, since paging and searches by modification run on them. Moments are milliseconds UTC.

mod functions;
mod records;
mod schema;
mod stale;

pub use forebay_simulation::dataset::{Store, next_above, quoted};
pub use records::{Record, columns, find, put, winner_of};
pub use schema::{create_indexes, create_tables};
pub use stale::{Outdated, keep_stale, stale_since};

use rusqlite::Connection;

/// Raised whenever generated records change, so that files of older builds are made anew.
pub const FORMAT: u32 = 2;

/// Gives a connection the functions that searches use.
pub fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "cache_size", -8_192)?;
    connection.pragma_update(None, "mmap_size", 1_i64 << 28)?;
    functions::register(connection)
}
