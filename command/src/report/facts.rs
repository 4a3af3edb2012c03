//! Every figure of one column by its label, as a terminal and a page show it. What is estimated has a `~`.

use forebay_model::profile::{
    ColumnProfile, InferredType, KeyCandidate, NumberStatistics, OutlierExample, TextStatistics,
    TimeStatistics,
};

use forebay_profiling::leading_patterns;

use super::{figures, spark, typical};

pub type Facts = Vec<(&'static str, String)>;

/// Figures by their labels, on one line each.
pub fn facts(column: &ColumnProfile) -> Facts {
    let mut lines = types(&column.inferred_type);
    lines.extend(general(column));
    if column.numbers.as_ref().is_some_and(|numbers| numbers.masked) {
        lines.extend(["mean", "sum", "quantiles"].map(|figure| (figure, typical::MASKED.to_owned())));
    }
    lines.extend(column.numbers.as_ref().map(|n| kinds_of_numbers(column, n)).into_iter().flatten());
    lines.extend(typical::known_numbers(column).map(|n| numbers(column, n)).into_iter().flatten());
    lines.extend(column.texts.as_ref().map(texts).into_iter().flatten());
    lines.extend(column.texts.as_ref().map(far_too_long).into_iter().flatten());
    lines.extend(follows(column));
    lines.extend(column.times.as_ref().map(times).into_iter().flatten());
    lines
}

/// The texts that are far longer than the others, where there are any.
fn far_too_long(texts: &TextStatistics) -> Facts {
    let Some(long) = &texts.long else { return Vec::new() };
    let about = figures::about(!long.exact);
    let count = figures::count(long.count);
    let mut lines = vec![(
        "far too long",
        format!("{about}{count} of more than {} characters", figures::count(long.fence)),
    )];
    lines.extend(examples(&long.examples));
    lines
}

/// The patterns of the column, where it has any.
fn follows(column: &ColumnProfile) -> Option<(&'static str, String)> {
    let patterns = leading_patterns(column).into_iter();
    let shown: Vec<String> = patterns
        .map(|found| format!("{} ({})", figures::value(&found.pattern), figures::share(found.share, 1.0)))
        .collect();
    (!shown.is_empty()).then(|| ("follows", shown.join(", ")))
}

fn types(found: &InferredType) -> Facts {
    let digits = match (found.precision, found.scale) {
        (Some(precision), Some(scale)) => format!(", {precision} digits, {scale} after the point"),
        _ => String::new(),
    };
    let share = figures::share(found.share, 1.0);
    let sure = format!("confidence {:.0} %", 100.0 * found.confidence);
    let mut lines = vec![("type", format!("{}, {share} of the values, {sure}{digits}", found.name))];
    if !found.candidates.is_empty() {
        let others = found.candidates.iter().map(|other| (other.name.as_str(), other.share));
        let others: Vec<String> =
            others.map(|(name, share)| format!("{name} {}", figures::share(share, 1.0))).collect();
        lines.push(("would also be", others.join(", ")));
    }
    for format in &found.formats {
        let doubt =
            if format.ambiguous { format!(", or {}", format.alternatives.join(", ")) } else { String::new() };
        let share = figures::share(format.share, 1.0);
        lines.push(("written as", format!("{} ({share}){doubt}", format.format)));
    }
    lines
}

fn general(column: &ColumnProfile) -> Facts {
    let rows = column.rows as f64;
    let share = |n: u64| format!("{} ({})", figures::count(n), figures::share(n as f64, rows));
    let mut lines = vec![("rows", figures::count(column.rows)), ("nulls", share(column.nulls))];
    let rare = [("of them missing", column.missing), ("empty", column.empties), ("blank", column.blanks)];
    lines.extend(rare.into_iter().filter(|(_, n)| *n > 0).map(|(label, n)| (label, share(n))));
    lines.extend(distinct(column));
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
        let about = figures::about(!finding.exact);
        let share = figures::share(finding.share, 1.0);
        let sure = 100.0 * finding.confidence;
        let text = format!("{kind}{detail}, {about}{share} of the values, confidence {sure:.0} %");
        lines.push(("personal data", text));
    }
    if column.masked {
        lines.push(("shown", typical::MASKED.to_owned()));
    }
    lines
}

fn distinct(column: &ColumnProfile) -> Facts {
    let error = match column.distinct.relative_error {
        e if column.distinct.exact || e == 0.0 => String::new(),
        e => format!(" ± {:.1} %", 100.0 * e),
    };
    let mut lines = vec![("distinct", format!("{}{error}", figures::estimate(column.distinct)))];
    if column.rows > column.nulls {
        let about = figures::about(!column.uniqueness.exact);
        lines.push(("uniqueness", format!("{about}{}", figures::share(column.uniqueness.value, 1.0))));
    }
    if column.constant {
        lines.push(("constant", "every filled value is the same".to_owned()));
    }
    let key = match column.key_candidate {
        KeyCandidate::Yes => "yes: every row has a value, and no two are the same",
        KeyCandidate::Likely => "likely: no value was seen twice",
        KeyCandidate::Unknown => "unknown: not all rows were looked at for repeated values",
        KeyCandidate::No => return lines,
    };
    lines.push(("key", key.to_owned()));
    lines
}

/// What numbers there are, also where their values are masked.
fn kinds_of_numbers(column: &ColumnProfile, numbers: &NumberStatistics) -> Facts {
    let filled = column.rows.saturating_sub(column.nulls);
    let others = if numbers.count == filled { 0 } else { numbers.count };
    let whole = if typical::times(column).is_some() { 0 } else { numbers.integers };
    let kinds = [
        ("numbers", others),
        ("read from texts", numbers.from_text),
        ("not a number", numbers.nan),
        ("infinite", numbers.infinities),
        ("whole numbers", whole),
    ];
    kinds.into_iter().filter(|(_, n)| *n > 0).map(|(label, n)| (label, figures::count(n))).collect()
}

fn numbers(column: &ColumnProfile, numbers: &NumberStatistics) -> Facts {
    let figure = |x: f64| typical::figure(column, x);
    let mut lines = Vec::new();
    lines.extend(numbers.mean.map(|mean| ("mean", figure(mean))));
    let is_time = typical::times(column).is_some();
    if let Some(deviation) = numbers.standard_deviation {
        let days = format!("{} days", figures::number(deviation / 86_400.0));
        lines.push(("deviation", if is_time { days } else { figures::number(deviation) }));
    }
    if !is_time {
        let about = figures::about(!numbers.sum_exact);
        lines.extend(numbers.sum.as_ref().map(|sum| ("sum", format!("{about}{}", figures::grouped(sum)))));
        lines.extend(numbers.skewness.map(|x| ("skewness", figures::number(x))));
        lines.extend(numbers.kurtosis.map(|x| ("kurtosis", figures::number(x))));
        let signs = format!("{}, {}", figures::count(numbers.zeros), figures::count(numbers.negatives));
        lines.push(("zero, negative", signs));
    }
    lines.push(("quantiles", quantiles(numbers, &figure)));
    if let Some(outliers) = numbers.outliers.as_ref().filter(|o| o.below + o.above > 0.0) {
        let (low, high) = (figure(outliers.low_fence), figure(outliers.high_fence));
        let count =
            |n: f64| format!("{}{}", figures::about(!outliers.exact), figures::count(n.round() as u64));
        let (below, above) = (count(outliers.below), count(outliers.above));
        lines.push(("outliers", format!("{below} below {low}, {above} above {high}")));
        lines.extend(examples(&outliers.examples));
    }
    if let Some(digits) = numbers.leading_digits.as_ref().filter(|_| !is_time) {
        lines.push(("first digits", spark::line(&digits.counts.map(|n| n as f64))));
        lines.extend(digits.conformity.clone().map(|conformity| ("Benford's law", conformity)));
    }
    lines
}

fn quantiles(numbers: &NumberStatistics, figure: &dyn Fn(f64) -> String) -> String {
    let shown = numbers.quantiles.iter().filter(|q| [0.05, 0.25, 0.5, 0.75, 0.95].contains(&q.rank));
    let shown: Vec<String> = shown.map(|q| format!("{:.0} % {}", 100.0 * q.rank, figure(q.value))).collect();
    match numbers.rank_error {
        0.0 => shown.join(", "),
        error => format!("{} (ranks ± {:.1} %)", shown.join(", "), 100.0 * error),
    }
}

fn texts(texts: &TextStatistics) -> Facts {
    let (casing, classes, faults) = (texts.casing, texts.classes, texts.faults);
    let cases =
        [("upper", casing.upper), ("lower", casing.lower), ("title", casing.title), ("mixed", casing.mixed)];
    let classes = [
        ("capitals", classes.uppercase),
        ("small letters", classes.lowercase),
        ("digits", classes.digits),
        ("spaces", classes.spaces),
        ("punctuation", classes.punctuation),
        ("control", classes.control),
        ("beyond ASCII", classes.non_ascii),
    ];
    let spaces = [("leading", texts.leading_spaces), ("trailing", texts.trailing_spaces)];
    let faults = [
        ("lost characters", faults.replacement),
        ("mojibake", faults.mojibake),
        ("control", faults.control),
        ("HTML entities", faults.entities),
    ];
    let listed: [(&'static str, &[(&str, u64)]); 4] =
        [("case", &cases), ("with", &classes), ("spaces", &spaces), ("faults", &faults)];
    let mut lines: Facts = listed.into_iter().filter_map(|(label, counts)| counted(label, counts)).collect();
    if texts.lengths.len() > 1 {
        let counts: Vec<f64> = texts.lengths.iter().map(|bin| bin.count as f64).collect();
        let (first, last) = (texts.lengths[0].low, texts.lengths[texts.lengths.len() - 1].high);
        if counts.len() <= 40 {
            lines.push(("lengths", format!("{} ({first} to {last} characters)", spark::line(&counts))));
        }
        if let Some(most) = texts.lengths.iter().max_by_key(|bin| bin.count) {
            let length = if most.low == most.high {
                most.low.to_string()
            } else {
                format!("{} to {}", most.low, most.high)
            };
            let share = figures::share(most.count as f64, texts.count as f64);
            lines.push(("most have", format!("{length} characters ({share})")));
        }
    }
    lines
}

/// Records that hold something far out, and where they lie; long texts cut.
fn examples(examples: &[OutlierExample]) -> Facts {
    const MOST_CHARACTERS: usize = 60;
    let line = |example: &OutlierExample| {
        let value: String = example.value.chars().take(MOST_CHARACTERS).collect();
        let more = if value.len() < example.value.len() { "…" } else { "" };
        let (value, file) = (figures::value(&value), figures::value(&example.page));
        let row = figures::count(u64::from(example.ordinal) + 1);
        ("such as", format!("{value}{more} in row {row} of {file}"))
    };
    examples.iter().map(line).collect()
}

/// Those that there are any of.
fn counted(label: &'static str, counts: &[(&str, u64)]) -> Option<(&'static str, String)> {
    let counts = counts.iter().filter(|(_, n)| *n > 0);
    let counts: Vec<String> = counts.map(|(name, n)| format!("{name} {}", figures::count(*n))).collect();
    (!counts.is_empty()).then(|| (label, counts.join(", ")))
}

fn times(times: &TimeStatistics) -> Facts {
    let counts = |counts: &[u64]| spark::line(&counts.iter().map(|n| *n as f64).collect::<Vec<_>>());
    let mut lines = vec![
        ("precise to", format!("{:?}", times.granularity).to_lowercase()),
        ("Mon to Sun", counts(&times.weekdays)),
    ];
    if times.hours.iter().any(|n| *n > 0) {
        lines.push(("0 to 23 h", counts(&times.hours)));
    }
    let zones = &times.zones;
    lines.extend(counted("zone", &[("UTC", zones.utc), ("offset", zones.offset), ("none", zones.none)]));
    if !zones.offsets.is_empty() {
        let offsets =
            zones.offsets.iter().map(|(minutes, n)| format!("{} {}", offset(*minutes), figures::count(*n)));
        lines.push(("offsets", offsets.collect::<Vec<_>>().join(", ")));
    }
    let gaps = &times.gaps;
    if gaps.empty_periods > 0 {
        let unit = if gaps.period_days == 1 {
            "days".to_owned()
        } else {
            format!("periods of {} days", gaps.period_days)
        };
        let working = if gaps.period_days == 1 {
            format!(", {} of them Monday to Friday", figures::count(gaps.empty_working_periods))
        } else {
            String::new()
        };
        let (empty, all) = (figures::count(gaps.empty_periods), figures::count(gaps.periods));
        lines.push(("without a value", format!("{empty} of {all} {unit}{working}")));
    }
    for gap in &gaps.longest {
        lines.push(("gap", format!("{} to {} ({} days)", gap.from, gap.to, figures::count(gap.days))));
    }
    if let Some(future) = times.future.filter(|n| *n > 0) {
        lines.push(("in the future", figures::count(future)));
    }
    lines
}

/// `+05:30`.
fn offset(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
