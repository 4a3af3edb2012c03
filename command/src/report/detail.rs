//! All that is known of one column, for a terminal.

use std::io::{self, Write};

use forebay_model::profile::{ColumnProfile, NumberStatistics, TextStatistics, TimeStatistics};

use super::{figures, spark, terminal::fitted, typical};

const LABEL: usize = 17;
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

/// Figures by their labels, on one line each.
pub fn facts(column: &ColumnProfile) -> Vec<(&'static str, String)> {
    let mut lines = general(column);
    if column.numbers.as_ref().is_some_and(|numbers| numbers.masked) {
        lines.extend(["mean", "sum", "quantiles"].map(|figure| (figure, typical::MASKED.to_owned())));
    }
    lines.extend(typical::known_numbers(column).map(|n| numbers(column, n)).into_iter().flatten());
    lines.extend(column.texts.as_ref().map(texts).into_iter().flatten());
    lines.extend(column.times.as_ref().map(times).into_iter().flatten());
    lines
}

type Lines = Vec<(&'static str, String)>;

fn general(column: &ColumnProfile) -> Lines {
    let rows = column.rows as f64;
    let share = |n: u64| format!("{} ({})", figures::count(n), figures::share(n as f64, rows));
    let found = &column.inferred_type;
    let mut lines = vec![
        ("type", format!("{}, {} of the values", found.name, figures::share(found.share, 1.0))),
        ("rows", figures::count(column.rows)),
        ("nulls", share(column.nulls)),
    ];
    for (label, n) in
        [("of them missing", column.missing), ("empty", column.empties), ("blank", column.blanks)]
    {
        if n > 0 {
            lines.push((label, share(n)));
        }
    }
    for format in &found.formats {
        let doubt =
            if format.ambiguous { format!(", or {}", format.alternatives.join(", ")) } else { String::new() };
        lines.push((
            "written as",
            format!("{} ({}){doubt}", format.format, figures::share(format.share, 1.0)),
        ));
    }
    let error = match column.distinct.relative_error {
        e if column.distinct.exact || e == 0.0 => String::new(),
        e => format!(" ± {:.1} %", 100.0 * e),
    };
    lines.push(("distinct", format!("{}{error}", figures::estimate(column.distinct))));
    let shown = |value: &Option<String>| value.as_deref().map(figures::value).unwrap_or_default();
    if column.min.is_some() {
        lines.push(("min", shown(&column.min)));
        lines.push(("max", shown(&column.max)));
    }
    if let Some(lengths) = &column.lengths {
        let mean = figures::number(lengths.mean);
        lines.push(("length", format!("{} to {}, mean {mean}", lengths.min, lengths.max)));
    }
    for finding in &column.sensitive {
        let kind = format!("{:?}", finding.kind);
        let detail = finding.detail.as_deref().map(|detail| format!(" {detail}")).unwrap_or_default();
        let text = format!("{kind}{detail}, confidence {:.0} %", 100.0 * finding.confidence);
        lines.push(("personal data", text));
    }
    if column.masked {
        lines.push(("shown", "masked".to_owned()));
    }
    lines
}

fn numbers(column: &ColumnProfile, numbers: &NumberStatistics) -> Lines {
    let figure = |x: f64| typical::figure(column, x);
    let mut lines = Vec::new();
    lines.extend(numbers.mean.map(|mean| ("mean", figure(mean))));
    let is_time = typical::times(column).is_some();
    if let Some(deviation) = numbers.standard_deviation {
        let days = format!("{} days", figures::number(deviation / 86_400.0));
        lines.push(("deviation", if is_time { days } else { figures::number(deviation) }));
    }
    if !is_time {
        lines.extend(numbers.sum.as_ref().map(|sum| ("sum", figures::grouped(sum))));
        lines.extend(numbers.skewness.map(|x| ("skewness", figures::number(x))));
        lines.extend(numbers.kurtosis.map(|x| ("kurtosis", figures::number(x))));
        let signs = format!("{}, {}", figures::count(numbers.zeros), figures::count(numbers.negatives));
        lines.push(("zero, negative", signs));
    }
    let quantiles = numbers.quantiles.iter().filter(|q| [0.05, 0.25, 0.5, 0.75, 0.95].contains(&q.rank));
    let quantiles: Vec<String> =
        quantiles.map(|q| format!("{:.0} % {}", 100.0 * q.rank, figure(q.value))).collect();
    lines.push(("quantiles", quantiles.join(", ")));
    if let Some(outliers) = numbers.outliers.as_ref().filter(|o| o.below + o.above > 0.0) {
        let (low, high) = (figure(outliers.low_fence), figure(outliers.high_fence));
        let (below, above) = (outliers.below.round() as u64, outliers.above.round() as u64);
        let text = format!("{} below {low}, {} above {high}", figures::count(below), figures::count(above));
        lines.push(("outliers", text));
    }
    if let Some(conformity) = numbers.leading_digits.as_ref().and_then(|digits| digits.conformity.as_ref()) {
        lines.push(("Benford", conformity.clone()));
    }
    lines
}

fn texts(texts: &TextStatistics) -> Lines {
    let mut lines = Vec::new();
    let casing = texts.casing;
    let cases =
        [("upper", casing.upper), ("lower", casing.lower), ("title", casing.title), ("mixed", casing.mixed)];
    let spaces = [("leading", texts.leading_spaces), ("trailing", texts.trailing_spaces)];
    let faults = texts.faults;
    let faults = [
        ("lost characters", faults.replacement),
        ("mojibake", faults.mojibake),
        ("control", faults.control),
        ("HTML entities", faults.entities),
    ];
    for (label, counts) in [("case", &cases[..]), ("spaces", &spaces[..]), ("faults", &faults[..])] {
        let counts: Vec<String> = counts
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(name, n)| format!("{name} {}", figures::count(*n)))
            .collect();
        if !counts.is_empty() {
            lines.push((label, counts.join(", ")));
        }
    }
    lines
}

fn times(times: &TimeStatistics) -> Lines {
    let counts = |counts: &[u64]| spark::line(&counts.iter().map(|n| *n as f64).collect::<Vec<_>>());
    let mut lines = vec![
        ("precise to", format!("{:?}", times.granularity).to_lowercase()),
        ("Mon to Sun", counts(&times.weekdays)),
    ];
    if times.hours.iter().any(|n| *n > 0) {
        lines.push(("0 to 23 h", counts(&times.hours)));
    }
    for gap in &times.gaps.longest {
        lines.push(("gap", format!("{} to {} ({} days)", gap.from, gap.to, figures::count(gap.days))));
    }
    if let Some(future) = times.future.filter(|n| *n > 0) {
        lines.push(("in the future", figures::count(future)));
    }
    lines
}

fn histogram(column: &ColumnProfile, out: &mut impl Write) -> io::Result<()> {
    let Some(numbers) = column.numbers.as_ref().filter(|n| n.histogram.len() > 1) else { return Ok(()) };
    writeln!(out, "  histogram")?;
    let largest = numbers.histogram.iter().map(|bin| bin.count).fold(0.0, f64::max);
    for bin in &numbers.histogram {
        let (low, bar) = (typical::figure(column, bin.low), spark::bar(bin.count / largest, BAR));
        let count = figures::count(bin.count.round() as u64);
        writeln!(out, "    {} {} {count}", fitted(&low, 20, true), fitted(&bar, BAR, false))?;
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
        let about = if value.error == 0 { "" } else { "~" };
        let count = format!("{about}{}", figures::count(value.count));
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
        let (count, share) = (figures::count(pattern.count), figures::share(pattern.share, 1.0));
        writeln!(out, "    {} {} {}", fitted(&count, 14, true), fitted(&share, 8, true), text.trim_end())?;
    }
    Ok(())
}
