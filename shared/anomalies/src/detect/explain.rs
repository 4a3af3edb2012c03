//! Findings in a sentence that somebody who knows no statistics can act on.

use forebay_model::Instant;
use forebay_model::anomaly::{Expected, Metric, SeriesKey};

use super::season::Slot;
use super::settings::Settings;
use super::windows::Kind;

/// What a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    Point,
    Window { kind: Kind, points: usize },
}

/// All that the sentence says.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    pub observed: f64,
    pub expected: Expected,
    pub chance: f64,
    pub since: Instant,
    pub evidence: Evidence,
    pub slot: Slot,
    pub by_weekday: bool,
    pub by_hour: bool,
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub fn explain(facts: &Facts, settings: &Settings) -> String {
    let metric = settings.series.as_ref().map(|series| series.metric);
    let shown = |value: f64| shown(metric, value);
    let Expected { low, high, .. } = facts.expected;
    let range = if settings.sides == super::Sides::Above {
        format!("at most {} {} expected", shown(high), was(metric))
    } else {
        format!("between {} and {} {} expected", shown(low), shown(high), was(metric))
    };
    format!(
        "{}; {range}{}. {} is expected once in {} runs. Unusual since {}.",
        came(settings.series.as_ref(), &shown(facts.observed)),
        season(facts),
        what(facts),
        runs(facts.chance),
        minute(facts.since),
    )
}

fn was(metric: Option<Metric>) -> &'static str {
    match metric {
        Some(Metric::Volume | Metric::Distinct | Metric::SchemaChange) => "were",
        _ => "was",
    }
}

/// "`customer.city`".
pub(crate) fn place(series: &SeriesKey) -> String {
    let stream = series.stream.as_str();
    match &series.column {
        Some(column) => format!("`{stream}.{column}`"),
        None => format!("`{stream}`"),
    }
}

/// "`customer` brought 12 records".
fn came(series: Option<&SeriesKey>, value: &str) -> String {
    let Some(series) = series else { return format!("The value was {value}") };
    let stream = series.stream.as_str();
    let place = place(series);
    match series.metric {
        Metric::Volume => format!("{place} brought {value} records"),
        Metric::Freshness => format!("The newest change of {place} was {value} old"),
        Metric::NullShare => format!("{value} of {place} was empty"),
        Metric::BlankShare => format!("{value} of the values of {place} were blank texts"),
        Metric::MisfitShare => format!("{value} of the values of {place} did not fit its type"),
        Metric::ZeroShare => format!("{value} of the numbers of {place} were zero"),
        Metric::NegativeShare => format!("{value} of the numbers of {place} were negative"),
        Metric::OutlierShare => format!("{value} of the values of {place} were far off from the others"),
        Metric::FutureShare => format!("{value} of the times of {place} were in the future"),
        Metric::Uniqueness => format!("{place} had {value} distinct values per filled value"),
        Metric::Distinct => format!("{place} had {value} distinct values"),
        Metric::Mean => format!("The mean of {place} was {value}"),
        Metric::StandardDeviation => format!("The standard deviation of {place} was {value}"),
        Metric::Min => format!("The smallest value of {place} was {value}"),
        Metric::Max => format!("The largest value of {place} was {value}"),
        Metric::Median => format!("The median of {place} was {value}"),
        Metric::Sum => format!("The sum of {place} was {value}"),
        Metric::MeanLength => format!("The mean length of {place} was {value} characters"),
        Metric::DistributionShift => {
            format!(
                "The values of {place} were spread otherwise than in the last run with records, at a distance of {value}"
            )
        }
        Metric::SchemaChange => format!("{value} columns of {place} appeared, vanished or changed type"),
        Metric::RuleViolations => {
            let rule = series.column.as_deref().unwrap_or_default();
            format!("{value} of the records of `{stream}` violated the rule `{rule}`")
        }
    }
}

fn season(facts: &Facts) -> String {
    let weekday = WEEKDAYS[usize::from(facts.slot.weekday).min(6)];
    match (facts.by_weekday, facts.by_hour) {
        (true, true) => format!(" on a {weekday} at {:02}:00", facts.slot.hour),
        (true, false) => format!(" on a {weekday}"),
        (false, true) => format!(" at {:02}:00", facts.slot.hour),
        (false, false) => String::new(),
    }
}

fn what(facts: &Facts) -> String {
    match facts.evidence {
        Evidence::Point if facts.observed < facts.expected.value => "A value this low".to_owned(),
        Evidence::Point => "A value this high".to_owned(),
        Evidence::Window { kind, points } => match kind {
            Kind::Higher if points > 1 => format!("The last {points} together are higher than usual; that"),
            Kind::Lower if points > 1 => format!("The last {points} together are lower than usual; that"),
            Kind::Higher => "The latest together are higher than usual; that".to_owned(),
            Kind::Lower => "The latest together are lower than usual; that".to_owned(),
            Kind::Wilder => format!("The last {points} scatter more than usual; that"),
            Kind::Calmer => format!("The last {points} scatter less than usual; that"),
            Kind::Stuck => format!("The same value came {points} times in a row; that"),
        },
    }
}

/// "2,000", to two significant digits.
fn runs(chance: f64) -> String {
    if chance < 1e-9 {
        return "more than a billion".to_owned();
    }
    let runs = (1.0 / chance).max(1.0);
    let unit = 10f64.powf((runs.log10().floor() - 1.0).max(0.0));
    grouped((runs / unit).round() * unit, 0)
}

/// "2026-11-20 06:00 UTC".
fn minute(at: Instant) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(date), Some(time)) => format!("{date} {time} UTC"),
        _ => text,
    }
}

/// The value with its unit.
fn shown(metric: Option<Metric>, value: f64) -> String {
    match metric {
        Some(Metric::Volume | Metric::Distinct | Metric::SchemaChange) => grouped(value, 0),
        Some(
            Metric::NullShare
            | Metric::BlankShare
            | Metric::MisfitShare
            | Metric::ZeroShare
            | Metric::NegativeShare
            | Metric::OutlierShare
            | Metric::FutureShare
            | Metric::RuleViolations,
        ) => format!("{}%", significant(value * 100.0)),
        Some(Metric::Freshness) => duration(value),
        _ => significant(value),
    }
}

/// Four significant digits, thousands grouped.
pub(crate) fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { value.to_string() };
    }
    let magnitude = value.abs().log10().floor();
    if !(-6.0..15.0).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let places = (3.0 - magnitude).clamp(0.0, 9.0) as usize;
    let text = grouped(value, places);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn grouped(value: f64, places: usize) -> String {
    let text = format!("{:.places$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out = format!("{out}.{fraction}");
    }
    let zero = out.chars().all(|c| matches!(c, '0' | '.' | ','));
    if value < 0.0 && !zero { format!("-{out}") } else { out }
}

/// Seconds in the unit that shows them best.
fn duration(seconds: f64) -> String {
    let (amount, unit) = match seconds.abs() {
        s if s < 120.0 => (seconds, "seconds"),
        s if s < 7_200.0 => (seconds / 60.0, "minutes"),
        s if s < 172_800.0 => (seconds / 3_600.0, "hours"),
        _ => (seconds / 86_400.0, "days"),
    };
    let text = grouped(amount, 1);
    format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::{SourceId, StreamName};

    #[test]
    fn a_shift_is_told_against_the_one_run_that_it_was_measured_against() {
        let (source, stream) = (SourceId::new("crm").unwrap(), StreamName::new("customer").unwrap());
        let (column, metric) = (Some("city".to_owned()), Metric::DistributionShift);
        let said = came(Some(&SeriesKey { source, stream, column, metric }), "0.4");
        let expected = "The values of `customer.city` were spread otherwise than in the last run with records, at a distance of 0.4";
        assert_eq!(said, expected);
    }

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(grouped(1_234_567.0, 0), "1,234,567");
        assert_eq!(significant(0.012_345), "0.01235");
        assert_eq!(significant(-1234.6), "-1,235");
        assert_eq!(significant(12.5), "12.5");
        assert_eq!(runs(0.0005), "2,000");
        assert_eq!(runs(0.000_003), "330,000");
        assert_eq!(duration(5400.0), "90 minutes");
        assert_eq!(duration(172_800.0), "2 days");
        assert_eq!(minute(Instant::parse("2026-11-20T06:00:00Z").unwrap()), "2026-11-20 06:00 UTC");
    }
}
