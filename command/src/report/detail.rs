//! All that is known of one column, for a terminal.

use std::io::{self, Write};

use forebay_model::profile::ColumnProfile;

use super::{facts::facts, figures, spark, terminal::fitted, typical};

const LABEL: usize = 18;
const BAR: usize = 24;

pub fn write(column: &ColumnProfile, width: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", figures::value(&column.column))?;
    for (label, text) in facts(column) {
        writeln!(out, "  {}{text}", fitted(label, LABEL, false))?;
    }
    histogram(column, out)?;
    frequent(column, width, out)?;
    patterns(column, width, out)?;
    writeln!(out)
}

fn histogram(column: &ColumnProfile, out: &mut impl Write) -> io::Result<()> {
    let Some(numbers) = column.numbers.as_ref().filter(|n| n.histogram.len() > 1) else { return Ok(()) };
    writeln!(out, "  histogram")?;
    let largest = numbers.histogram.iter().map(|bin| bin.count).fold(0.0, f64::max);
    let about = figures::about(numbers.rank_error > 0.0);
    for bin in &numbers.histogram {
        let (low, bar) = (typical::figure(column, bin.low), spark::bar(bin.count / largest, BAR));
        let count = figures::count(bin.count.round() as u64);
        writeln!(out, "    {} {} {about}{count}", fitted(&low, 20, true), fitted(&bar, BAR, false))?;
    }
    Ok(())
}

fn frequent(column: &ColumnProfile, width: usize, out: &mut impl Write) -> io::Result<()> {
    let filled = column.rows.saturating_sub(column.nulls) as f64;
    let shown: Vec<_> = column.frequent.iter().filter(|value| value.count > 1).take(10).collect();
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "  most frequent")?;
    for value in shown {
        let count = format!("{}{}", figures::about(value.error > 0), figures::count(value.count));
        let share = figures::share(value.count as f64, filled);
        let text = fitted(&figures::value(&value.value), width.saturating_sub(30).min(60), false);
        writeln!(out, "    {} {} {}", fitted(&count, 14, true), fitted(&share, 8, true), text.trim_end())?;
    }
    Ok(())
}

fn patterns(column: &ColumnProfile, width: usize, out: &mut impl Write) -> io::Result<()> {
    let Some(texts) = column.texts.as_ref().filter(|texts| !texts.patterns.is_empty()) else { return Ok(()) };
    writeln!(out, "  patterns")?;
    for pattern in texts.patterns.iter().take(8) {
        let text = fitted(&figures::value(&pattern.pattern), width.saturating_sub(30).min(60), false);
        let count = format!("{}{}", figures::about(pattern.error > 0), figures::count(pattern.count));
        let share = figures::share(pattern.share, 1.0);
        writeln!(out, "    {} {} {}", fitted(&count, 14, true), fitted(&share, 8, true), text.trim_end())?;
    }
    Ok(())
}
