//! What holds between columns, in a few lines: the strongest.

use std::io::{self, Write};

use forebay_model::profile::{Bounded, Interval, RelationsProfile, Sample};

use super::figures;
use super::terminal::fitted;
use crate::profile::TableProfile;

/// Lines of a kind.
const SHOWN: usize = 5;
/// Weaker ones, and those of fewer rows, are hardly more than chance.
const WEAK: f64 = 0.1;
const FEW: u64 = 10;

/// Two columns and what holds between them.
pub struct Line {
    pub columns: String,
    pub what: &'static str,
    pub figure: String,
}

/// The strongest of each kind; those that may as well be chance are left out.
pub fn lines(found: &RelationsProfile) -> Vec<Line> {
    let mut lines = Vec::new();
    let strong = |n, strength: f64, interval: &Interval, exact| {
        n >= FEW && strength >= WEAK && (exact || interval.low > 0.0 || interval.high < 0.0)
    };
    let correlations = found
        .correlations
        .iter()
        .filter(|c| strong(c.n, c.pearson.abs().max(c.spearman.abs()), &c.pearson_interval, c.exact));
    lines.extend(correlations.take(SHOWN).map(|c| {
        let pearson = with_interval(c.pearson, &c.pearson_interval, c.exact);
        let spearman = with_interval(c.spearman, &c.spearman_interval, c.exact);
        Line {
            columns: pair(&c.left, "–", &c.right),
            what: "correlation",
            figure: format!("{pearson}, of ranks {spearman}"),
        }
    }));
    let associations = found.associations.iter().filter(|a| strong(a.n, a.cramers_v, &a.interval, a.exact));
    lines.extend(associations.take(SHOWN).map(|a| Line {
        columns: pair(&a.left, "–", &a.right),
        what: "association",
        figure: with_interval(a.cramers_v, &a.interval, a.exact),
    }));
    lines.extend(found.dependencies.iter().take(SHOWN).map(|d| {
        let exceptions = match d.exact {
            true => String::new(),
            false => format!(", exceptions at most {}", figures::share(d.exceptions_at_most, 1.0)),
        };
        Line {
            columns: pair(&d.determinant, "→", &d.dependent),
            what: "decides",
            figure: format!("by {} rows{exceptions}", figures::count(d.support)),
        }
    }));
    lines
}

fn pair(left: &str, between: &str, right: &str) -> String {
    format!("{} {between} {}", figures::value(left), figures::value(right))
}

/// Two digits tell strengths apart, more would feign precision.
fn strength(x: f64) -> String {
    let text = format!("{x:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text }
}

fn with_interval(x: f64, interval: &Interval, exact: bool) -> String {
    if exact {
        return strength(x);
    }
    format!("~{} ({} to {})", strength(x), strength(interval.low), strength(interval.high))
}

/// What was compared, and over which rows.
pub fn basis(found: &RelationsProfile) -> String {
    let rows = match &found.sample {
        Sample::All => "all rows".to_owned(),
        Sample::LowestHashes { size, of } => {
            format!(
                "a random sample of {} different ones of {} rows",
                figures::count(*size),
                figures::count(*of)
            )
        }
        _ => "the sample".to_owned(),
    };
    format!("{} columns compared over {rows}", found.columns.len())
}

/// Rows that repeat an earlier one in every column.
pub fn repeats(table: &TableProfile) -> String {
    let Bounded { value, low, high, exact } = table.relations.duplicate_rows;
    let count = |x: f64| figures::count(x as u64);
    let of = if table.estimated { " of the sample" } else { "" };
    if table.estimated || exact {
        return match value as u64 {
            0 => format!("no row{of} repeats another one"),
            1 => format!("1 row{of} repeats an earlier one in every column"),
            n => format!("{} rows{of} repeat an earlier one in every column", figures::count(n)),
        };
    }
    format!(
        "~{} rows ({} to {}) repeat an earlier one in every column",
        count(value),
        count(low),
        count(high)
    )
}

pub fn write(table: &TableProfile, out: &mut impl Write) -> io::Result<()> {
    let lines = lines(&table.relations);
    writeln!(out, "\nbetween columns: {}; {}", basis(&table.relations), repeats(table))?;
    let longest = lines.iter().map(|line| line.columns.chars().count()).max().unwrap_or(0).min(48);
    for line in lines {
        writeln!(out, "  {}  {:<11}  {}", fitted(&line.columns, longest, false), line.what, line.figure)?;
    }
    Ok(())
}
