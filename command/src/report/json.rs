//! Profiles as JSON, for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::profile::TableProfile;

/// The form of the document; a number is added where a reader of the last one would stumble.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    program: &'static str,
    version: u32,
    tables: &'a [TableProfile],
}

pub fn write(tables: &[TableProfile], out: &mut impl Write) -> io::Result<()> {
    let document =
        Document { program: concat!("forebay ", env!("CARGO_PKG_VERSION")), version: VERSION, tables };
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    writeln!(out)
}
