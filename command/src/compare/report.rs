//! A comparison for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::{Comparison, Standing};
use crate::report::figures;
use crate::report::terminal::fitted;

/// The form of the document; see the report's.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    program: &'static str,
    version: u32,
    changed: bool,
    comparison: &'a Comparison,
}

pub fn write_json(comparison: &Comparison, out: &mut impl Write) -> io::Result<()> {
    let document = Document {
        program: concat!("forebay ", env!("CARGO_PKG_VERSION")),
        version: VERSION,
        changed: comparison.has_changes(),
        comparison,
    };
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    writeln!(out)
}

pub fn write_terminal(comparison: &Comparison, out: &mut impl Write) -> io::Result<()> {
    const WIDTHS: [usize; 5] = [26, 20, 17, 21, 6];
    let line = |cells: [&str; 5]| -> String {
        cells.iter().zip(WIDTHS).map(|(cell, width)| fitted(cell, width, false) + "  ").collect()
    };
    let name = |name: &str| figures::value(name);
    writeln!(out, "{} against {}", name(&comparison.after), name(&comparison.before))?;
    writeln!(out, "{}\n", comparison.summary())?;
    writeln!(out, "  {}", line(["column", "type", "null", "distinct", "shift"]).trim_end())?;
    for column in &comparison.columns {
        let mark = match column.standing {
            Standing::Same => ' ',
            Standing::Changed => '≠',
            Standing::Appeared => '+',
            Standing::Vanished => '-',
        };
        let [types, nulls, distinct, shift] = column.figures();
        let text = line([&name(&column.column), &types, &nulls, &distinct, &shift]);
        writeln!(out, "{mark} {}", text.trim_end())?;
        for finding in &column.findings {
            writeln!(out, "    {}", name(&finding.what))?;
        }
    }
    Ok(())
}
