//! Figures as people read them.

pub use forebay_anomalies::figures::{count, grouped, share};
use forebay_model::profile::Estimate;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// `~1,234,567` where it is an estimate.
pub fn estimate(estimate: Estimate) -> String {
    format!("{}{}", about(!estimate.exact), count(estimate.value.round().max(0.0) as u64))
}

/// Stands before what is estimated.
pub fn about(estimated: bool) -> &'static str {
    if estimated { "~" } else { "" }
}

/// Decimal units, one place: `364.2 MB`.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    let mut value = n as f64;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{n} bytes") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// Six significant digits, grouped: `12,345.6`, `0.00123`, `1.5e12`.
pub fn number(x: f64) -> String {
    if !x.is_finite() || x == 0.0 {
        return if x == 0.0 { "0".to_owned() } else { x.to_string() };
    }
    let magnitude = x.abs().log10().floor() as i32;
    if !(-4..15).contains(&magnitude) {
        return format!("{x:.3e}");
    }
    let places = (5 - magnitude).clamp(0, 9) as usize;
    let text = format!("{x:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    grouped(text)
}

/// Seconds since 1970 as a date, or as a time to the second.
pub fn moment(seconds: f64, date_only: bool) -> String {
    let Ok(at) = OffsetDateTime::from_unix_timestamp(seconds.round() as i64) else { return number(seconds) };
    let Ok(text) = at.format(&Rfc3339) else { return number(seconds) };
    if date_only { text.get(..10).unwrap_or(&text).to_owned() } else { text }
}

/// A value on one line, harmless to a terminal: control characters are written out.
pub fn value(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => shown.push('⏎'),
            '\t' => shown.push('⇥'),
            c if c.is_control()
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c) =>
            {
                shown.extend(c.escape_unicode());
            }
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_and_not_rounded_to_what_they_are_not() {
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(364_240_000), "364.2 MB");
        assert_eq!(number(38_255.138_485), "38,255.1");
        assert_eq!(number(-0.001_234_567), "-0.00123457");
        assert_eq!(number(1e21), "1.000e21");
        assert_eq!(moment(86_400.0, true), "1970-01-02");
        assert_eq!(moment(0.0, false), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn values_cannot_command_a_terminal() {
        assert_eq!(value("a\u{1b}[31m\nb"), "a\\u{1b}[31m⏎b");
        assert_eq!(value("\u{202e}abc"), "\\u{202e}abc");
    }
}
