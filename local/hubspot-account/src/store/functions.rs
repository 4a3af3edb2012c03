//! The SQL functions that searches call.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

use crate::moment;

const PURE: FunctionFlags = FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC);

/// Makes `hs_ms` (milliseconds of a day or an instant) known to a connection.
pub fn register(db: &Connection) -> rusqlite::Result<()> {
    db.create_scalar_function("hs_ms", 1, PURE, |ctx| {
        Ok(match ctx.get_raw(0) {
            ValueRef::Text(text) => std::str::from_utf8(text).ok().and_then(moment::parse),
            _ => None,
        })
    })
}
