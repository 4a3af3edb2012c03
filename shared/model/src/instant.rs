//! A point in time, in UTC.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// Microseconds since 1970-01-01T00:00:00Z. Prints as RFC 3339 with six digits and `Z`, so that the
/// texts sort as the instants do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(i64);

/// The first and last instants a four-digit year can print: 0001-01-01 and 9999-12-31.
const MIN_MICROS: i64 = -62_135_596_800_000_000;
const MAX_MICROS: i64 = 253_402_300_799_999_999;

impl Instant {
    pub const EPOCH: Instant = Instant(0);
    pub const MIN: Instant = Instant(MIN_MICROS);
    pub const MAX: Instant = Instant(MAX_MICROS);

    /// Clamped to the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(MIN_MICROS, MAX_MICROS))
    }

    pub fn micros(self) -> i64 {
        self.0
    }

    pub fn from_datetime(at: OffsetDateTime) -> Self {
        Self::from_micros(i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(MAX_MICROS))
    }

    pub fn to_datetime(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(UtcOffset::UTC)
    }

    /// Reads RFC 3339 with any offset, and ISO 8601's offset without a colon, as Salesforce writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).or_else(|e| match with_colon(text) {
            Some(text) => OffsetDateTime::parse(&text, &Rfc3339),
            None => Err(e),
        });
        parsed.ok().map(Self::from_datetime)
    }

    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

/// `…+0000` as `…+00:00`.
fn with_colon(text: &str) -> Option<String> {
    let (time, offset) = text.split_at_checked(text.len().checked_sub(5)?)?;
    let digits = offset.strip_prefix(['+', '-'])?;
    let whole = digits.bytes().all(|b| b.is_ascii_digit());
    whole.then(|| format!("{time}{}:{}", &offset[..3], &offset[3..]))
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.to_datetime();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.microsecond()
        )
    }
}

impl TryFrom<String> for Instant {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
            .ok_or_else(|| format!("expected an RFC 3339 instant, got {} characters of text", text.len()))
    }
}

impl From<Instant> for String {
    fn from(at: Instant) -> String {
        at.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_round_trips_and_sorts_as_time_does(a in MIN_MICROS..MAX_MICROS, b in MIN_MICROS..MAX_MICROS) {
            let (a, b) = (Instant::from_micros(a), Instant::from_micros(b));
            prop_assert_eq!(Instant::parse(&a.to_string()), Some(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }

    #[test]
    fn an_offset_is_brought_to_utc() {
        let salesforce = Instant::parse("2026-03-02T01:00:00.250+0200").unwrap();
        assert_eq!(salesforce.to_string(), "2026-03-01T23:00:00.250000Z");
        assert_eq!(Instant::parse("+0200"), None);
        assert_eq!(
            Instant::parse("2026-03-02T01:00:00+02:00").unwrap().to_string(),
            "2026-03-01T23:00:00.000000Z"
        );
    }
}
