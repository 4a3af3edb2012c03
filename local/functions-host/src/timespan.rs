//! .NET's `TimeSpan` text, which host.json and function.json use for every duration.

use std::time::Duration;

/// Reads `hh:mm:ss`, `d.hh:mm:ss` and either with a fraction of a second.
///
/// # Errors
/// A sentence that says what the text should look like. Hours past 23 are refused: .NET reads
/// `24:00:00` as 24 days, which nobody means.
pub fn parse(text: &str) -> Result<Duration, String> {
    parts(text.trim()).ok_or_else(|| {
        format!("'{text}' is not a time span: write hh:mm:ss (hours at most 23) or d.hh:mm:ss")
    })
}

fn parts(text: &str) -> Option<Duration> {
    let fields: Vec<&str> = text.split(':').collect();
    let [hours, minutes, seconds] = fields.as_slice() else { return None };
    let (days, hours) = hours.split_once('.').map_or(Some((0, *hours)), |(d, h)| Some((digits(d)?, h)))?;
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let (hours, minutes, seconds) = (digits(hours)?, digits(minutes)?, digits(seconds)?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let whole = Duration::from_secs(((days * 24 + hours) * 60 + minutes) * 60 + seconds);
    Some(whole + nanoseconds(fraction)?)
}

fn digits(text: &str) -> Option<u64> {
    let short = (1..=8).contains(&text.len());
    (short && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// .NET keeps seven digits of a fraction (100 ns ticks).
fn nanoseconds(fraction: &str) -> Option<Duration> {
    if fraction.is_empty() {
        return Some(Duration::ZERO);
    }
    if fraction.len() > 7 {
        return None;
    }
    Some(Duration::from_nanos(digits(&format!("{fraction:0<7}"))? * 100))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_dotnet_writes() {
        assert_eq!(parse("00:30:00"), Ok(Duration::from_secs(1800)));
        assert_eq!(parse("1.00:00:01"), Ok(Duration::from_secs(86_401)));
        assert_eq!(parse("00:00:00.05"), Ok(Duration::from_millis(50)));
        assert_eq!(parse("00:00:00.0000001"), Ok(Duration::from_nanos(100)));
    }

    #[test]
    fn refuses_what_would_surprise() {
        for text in ["", "30", "24:00:00", "00:60:00", "aa:00:00", "-00:00:01", "00:00", "00:00:00.12345678"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
