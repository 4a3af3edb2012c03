//! Instants as SOQL spells them and as Salesforce's answers do: milliseconds, in UTC.

use forebay_model::Instant;

/// Down to the millisecond, which is all that a query can say.
pub fn millis(at: Instant) -> Instant {
    Instant::from_micros(at.micros().div_euclid(1_000).saturating_mul(1_000))
}

/// `2026-03-02T01:00:00.000Z`: a literal, without quotes.
pub fn literal(at: Instant) -> String {
    let text = millis(at).to_string();
    format!("{}Z", text.get(..23).unwrap_or(&text))
}

/// Reads `2026-03-02T01:00:00.000+0000` (REST) and `2026-03-02T01:00:00.000Z` (Bulk).
pub fn parse(text: &str) -> Option<Instant> {
    match text.strip_suffix("+0000") {
        Some(plain) => Instant::parse(&format!("{plain}Z")),
        None => Instant::parse(text),
    }
}

/// Down to the minute: the deletion log ignores seconds.
pub fn minute(at: Instant) -> Instant {
    Instant::from_micros(at.micros().div_euclid(60_000_000).saturating_mul(60_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_one_instant() {
        let at = parse("2026-03-02T01:00:00.250+0000").unwrap();
        assert_eq!(parse("2026-03-02T01:00:00.250Z"), Some(at));
        assert_eq!(literal(at), "2026-03-02T01:00:00.250Z");
        assert_eq!(literal(minute(at.plus_seconds(59))), "2026-03-02T01:00:00.000Z");
        assert_eq!(parse("2026-03-02"), None);
    }
}
