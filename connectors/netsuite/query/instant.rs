//! Instants as queries and cursors spell them: whole seconds, in UTC.

use forebay_model::Instant;

/// Down to the second, which is all that NetSuite keeps.
pub fn seconds(at: Instant) -> Instant {
    Instant::from_micros(at.micros().div_euclid(1_000_000).saturating_mul(1_000_000))
}

/// `2026-03-02T01:00:00Z`, as selected timestamps come back.
pub fn utc_text(at: Instant) -> String {
    let text = at.to_string();
    format!("{}Z", text.get(..19).unwrap_or(&text))
}

/// `2026-03-02 01:00:00`, for TO_TIMESTAMP.
pub fn plain_text(at: Instant) -> String {
    utc_text(at).replace('T', " ").replace('Z', "")
}

/// The date a day earlier: no zone is further than that from UTC.
pub fn day_before(at: Instant) -> String {
    let text = at.plus_seconds(-86_400).to_string();
    text.get(..10).unwrap_or(&text).to_owned()
}
