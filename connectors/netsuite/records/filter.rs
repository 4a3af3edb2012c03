//! How the record service is asked for what changed. Pure.

use forebay_model::Instant;
use serde::Deserialize;

/// Tried first; documented nowhere, refused by some accounts.
pub const ISO: &str = "YYYY-MM-DD";

#[derive(Deserialize)]
struct Preference {
    #[serde(rename = "dateFormat")]
    date_format: String,
}

/// How the integration's user writes dates.
pub fn user_format(body: &[u8]) -> Result<String, String> {
    serde_json::from_slice::<Preference>(body).map(|p| p.date_format).map_err(|e| e.to_string())
}

/// What changed on the day before `lower` or later: no zone is further than a day from UTC.
pub fn since(lower: Instant, format: &str) -> String {
    format!("lastModifiedDate ON_OR_AFTER \"{}\"", date(lower.plus_seconds(-86_400), format))
}

/// A date in NetSuite's words: `M/D/YYYY`, `DD.MM.YYYY`, `D-Mon-YYYY`, `DD MONTH, YYYY`.
fn date(at: Instant, format: &str) -> String {
    let at = at.to_datetime();
    let month = at.month().to_string();
    let short = month.get(..3).unwrap_or(&month).to_owned();
    let words = [
        ("MONTH", month.clone()),
        ("MON", short),
        ("YYYY", format!("{:04}", at.year())),
        ("YY", format!("{:02}", at.year() % 100)),
        ("MM", format!("{:02}", u8::from(at.month()))),
        ("DD", format!("{:02}", at.day())),
        ("M", u8::from(at.month()).to_string()),
        ("D", at.day().to_string()),
    ];
    let (upper, mut out, mut rest) = (format.to_ascii_uppercase(), String::new(), 0);
    while let Some(ahead) = upper.get(rest..).filter(|ahead| !ahead.is_empty()) {
        match words.iter().find(|(word, _)| ahead.starts_with(word)) {
            Some((word, value)) => {
                out.push_str(value);
                rest += word.len();
            }
            None => {
                out.extend(ahead.chars().next());
                rest += ahead.chars().next().map_or(1, char::len_utf8);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_user_does() {
        let at = Instant::parse("2026-03-02T01:00:00Z").unwrap();
        let of = |format: &str| date(at, format);
        assert_eq!(of("M/D/YYYY"), "3/2/2026");
        assert_eq!(of("DD.MM.YYYY"), "02.03.2026");
        assert_eq!(of("D-Mon-YYYY"), "2-Mar-2026");
        assert_eq!(of("DD MONTH, YYYY"), "02 March, 2026");
        assert_eq!(since(at, ISO), "lastModifiedDate ON_OR_AFTER \"2026-03-01\"");
    }
}
