//! Instants as .NET prints them: up to seven digits of a second (100 ns ticks), trailing zeros dropped.

use time::OffsetDateTime;

/// `2026-09-24T13:08:00.0096035+00:00`, as a `DateTimeOffset` is printed. The value is taken as UTC.
#[must_use]
pub fn offset_text(at: OffsetDateTime) -> String {
    format!("{}+00:00", local_text(at))
}

/// `2026-09-24T13:09:00.01Z`, as a UTC `DateTime` is printed.
#[must_use]
pub fn utc_text(at: OffsetDateTime) -> String {
    format!("{}Z", local_text(at))
}

/// `2023-02-26T18:59:16.463`, as a `DateTime` of unspecified kind is printed.
#[must_use]
pub fn local_text(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    let whole = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    let ticks = at.nanosecond() / 100;
    if ticks == 0 {
        return whole;
    }
    let fraction = format!("{ticks:07}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

/// Serde for [`offset_text`]; reads any RFC 3339 instant.
pub mod offset {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};

    /// Writes the instant as a `DateTimeOffset`.
    ///
    /// # Errors
    /// Only the serializer's own.
    pub fn serialize<S: Serializer>(at: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::offset_text(*at))
    }

    /// Reads an RFC 3339 instant.
    ///
    /// # Errors
    /// When the text is not one.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        OffsetDateTime::parse(&text, &Rfc3339).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn trailing_zeros_of_the_fraction_are_dropped() {
        assert_eq!(local_text(datetime!(2023-02-26 18:59:16.470 UTC)), "2023-02-26T18:59:16.47");
        assert_eq!(utc_text(datetime!(2026-09-24 13:09 UTC)), "2026-09-24T13:09:00Z");
        assert_eq!(
            offset_text(datetime!(2026-09-24 15:08:00.009_603_599 +2)),
            "2026-09-24T13:08:00.0096035+00:00"
        );
        assert_eq!(offset_text(datetime!(0001-01-01 0:00 UTC)), "0001-01-01T00:00:00+00:00");
    }
}
