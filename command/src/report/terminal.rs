//! The report that people read in a terminal.

use std::io::{self, Write};

use console::{measure_text_width, truncate_str};
use forebay_model::profile::{ColumnProfile, KeyCandidate, Sample};

use super::{between, detail, figures, spark, typical};
use crate::further::MOST_FURTHER;
use crate::problem::Problem;
use crate::profile::{FileFacts, TableProfile};

const SHAPE: usize = 12;
const GAP: &str = "  ";

/// The tables, each with what was read and a line for every column; or the details of the named columns.
/// The outer error is about what was asked for, the inner one about writing.
pub fn write(
    tables: &[TableProfile],
    details: &[String],
    width: usize,
    out: &mut impl Write,
) -> Result<io::Result<()>, Problem> {
    for name in details {
        if !tables.iter().any(|table| table.columns.iter().any(|column| column.column == *name)) {
            return Err(Problem::Usage(format!("no column {name}: {}", names(tables))));
        }
    }
    Ok(tables.iter().enumerate().try_for_each(|(at, table)| {
        if at > 0 {
            writeln!(out)?;
        }
        write_table(table, details, width, out)
    }))
}

fn names(tables: &[TableProfile]) -> String {
    let all = tables.iter().flat_map(|table| &table.columns).map(|column| column.column.as_str());
    format!("there are {}", all.take(50).collect::<Vec<_>>().join(", "))
}

fn write_table(
    table: &TableProfile,
    details: &[String],
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let columns = table.columns.len();
    let name = figures::value(&table.name);
    writeln!(out, "{name} · {} rows × {columns} columns", figures::count(table.rows))?;
    let notes = sample(table).into_iter().chain(further(table));
    for line in notes.chain(table.files.iter().flat_map(file)) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)?;
    if details.is_empty() {
        write_columns(&table.columns, width, out)?;
        return if table.rows > 0 && columns > 1 { between::write(table, out) } else { Ok(()) };
    }
    for column in table.columns.iter().filter(|column| details.contains(&column.column)) {
        detail::write(column, width, out)?;
    }
    Ok(())
}

/// Nothing where all rows were profiled.
pub fn sample(table: &TableProfile) -> Option<String> {
    let of = |n: &u64| figures::count(*n);
    let what = match &table.sample {
        Sample::All => return None,
        Sample::First { size, of: Some(all) } => {
            format!("sample: the first {} of {} rows", of(size), of(all))
        }
        Sample::First { size, of: None } => format!("sample: the first {} rows", of(size)),
        Sample::Reservoir { size, of: all, seed } => {
            format!("sample: {} of {} rows, each equally likely (seed {seed})", of(size), of(all))
        }
        Sample::LowestHashes { size, of: all } => {
            format!("sample: the {} of {} rows with the lowest hashes", of(size), of(all))
        }
        Sample::Stratified { column, size_per_stratum, of: all, seed } => format!(
            "sample: of {} rows at most {} for each {} (seed {seed})",
            of(all),
            of(size_per_stratum),
            figures::value(column)
        ),
    };
    Some(if table.estimated { format!("{what}; all figures are of the sample") } else { what })
}

/// Nothing where all columns were profiled.
pub fn further(table: &TableProfile) -> Option<String> {
    let (count, least) = match table.further_columns {
        0 => return None,
        MOST_FURTHER.. => (MOST_FURTHER, "at least "),
        count => (count, ""),
    };
    let (plural, were) = if count == 1 { ("", "was") } else { ("s", "were") };
    let count = figures::count(count as u64);
    Some(format!("{least}{count} further column{plural} {were} not profiled: too many"))
}

/// What was read, and examples of what was passed over.
pub fn file(file: &FileFacts) -> Vec<String> {
    let mut facts = vec![format!("{:?}", file.format).to_lowercase()];
    facts.extend(file.compression.name().map(str::to_owned));
    if file.encoding != "utf-8" {
        facts.push(file.encoding.to_owned());
    }
    facts.extend(file.bytes.map(figures::bytes));
    facts.push(format!("{} rows", figures::count(file.rows)));
    facts.extend(file.details.iter().map(|(name, value)| format!("{name} {value}")));
    let mut lines = vec![format!("{}: {}", figures::value(&file.name), facts.join(", "))];
    if file.bad_rows > 0 {
        lines.push(format!(
            "{}: {} bad rows passed over",
            figures::value(&file.name),
            figures::count(file.bad_rows)
        ));
        lines.extend(file.bad_examples.iter().map(|example| format!("  {}", figures::value(example))));
    }
    lines
}

/// A line's cells, and whether a cell stands at the right edge.
const HEADINGS: [(&str, bool); 8] = [
    ("column", false),
    ("type", false),
    ("filled", true),
    ("distinct", true),
    ("min", false),
    ("max", false),
    ("typical", false),
    ("shape", false),
];
/// The widest that each may be, and the narrowest it may be made.
const WIDEST: [usize; 8] = [36, 12, 8, 12, 20, 20, 28, SHAPE];
const NARROWEST: [usize; 8] = [14, 8, 6, 8, 8, 8, 8, SHAPE];

fn write_columns(columns: &[ColumnProfile], width: usize, out: &mut impl Write) -> io::Result<()> {
    let lines: Vec<[String; 8]> = columns.iter().map(cells).collect();
    let headings = HEADINGS.map(|(heading, _)| heading.to_owned());
    let widths = widths(&headings, &lines, width);
    for line in std::iter::once(&headings).chain(&lines) {
        let cells = line.iter().zip(widths).zip(HEADINGS);
        let cells: Vec<String> =
            cells.map(|((text, width), (_, right))| fitted(text, width, right)).collect();
        writeln!(out, "{}", cells.join(GAP).trim_end())?;
    }
    Ok(())
}

fn cells(column: &ColumnProfile) -> [String; 8] {
    let filled = column.rows.saturating_sub(column.nulls) as f64;
    let key = match column.key_candidate {
        KeyCandidate::Yes => " key",
        KeyCandidate::Likely => " key?",
        KeyCandidate::No | KeyCandidate::Unknown => "",
    };
    let masked = if column.masked { " ▒" } else { "" };
    [
        format!("{}{masked}", figures::value(&column.column)),
        format!("{}{key}", column.inferred_type.name),
        figures::share(filled, column.rows as f64),
        figures::estimate(column.distinct),
        column.min.as_deref().map(figures::value).unwrap_or_default(),
        column.max.as_deref().map(figures::value).unwrap_or_default(),
        typical::typical(column),
        spark::shape(column, SHAPE),
    ]
}

/// What cells need, made narrower from the widest on until a line fits.
fn widths(headings: &[String; 8], lines: &[[String; 8]], width: usize) -> [usize; 8] {
    let mut widths: [usize; 8] = std::array::from_fn(|at| {
        let cells = std::iter::once(headings).chain(lines).map(|line| measure_text_width(&line[at]));
        cells.max().unwrap_or(0).min(WIDEST[at])
    });
    let gaps = GAP.len() * (widths.len() - 1);
    while widths.iter().sum::<usize>() + gaps > width {
        let shrinkable = (0..widths.len()).filter(|at| widths[*at] > NARROWEST[*at]);
        let Some(widest) = shrinkable.max_by_key(|at| widths[*at]) else { break };
        widths[widest] -= 1;
    }
    widths
}

/// Cut or filled up to a width.
pub fn fitted(text: &str, width: usize, right: bool) -> String {
    let text = truncate_str(text, width, "…");
    let space = " ".repeat(width.saturating_sub(measure_text_width(&text)));
    if right { format!("{space}{text}") } else { format!("{text}{space}") }
}
