//! Numbers and times in texts, read only where they could lie at an end: most are seen to lie between at a glance.

use forebay_model::Instant;

use crate::scan;

/// No number or time is written with more bytes.
const MOST_BYTES: usize = 48;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// Reads texts of one column.
#[derive(Debug, Clone, Default)]
pub(super) struct Reader {
    /// The text that was read last, and its number; columns repeat their values.
    last: String,
    number: Option<f64>,
}

impl Reader {
    /// The number, or seconds since 1970, that a text says.
    pub fn number(&mut self, text: &str) -> Option<f64> {
        if self.last != text {
            text.clone_into(&mut self.last);
            self.number = scan::read(text).number.map(|exact| exact.approximate());
        }
        self.number
    }
}

/// Whether a short text with a digit begins as numbers and times do: with a digit or a sign, or with the letters of a
/// currency, a month or a weekday. True of all that say a number.
#[inline]
pub(super) fn may_be_number(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii();
    let Some(first) = bytes.first() else { return false };
    if bytes.len() > MOST_BYTES {
        return false;
    }
    if first.is_ascii_digit() {
        return true;
    }
    if first.is_ascii_alphabetic() && !ends_as_number(bytes) {
        return false;
    }
    has_digit(bytes) && (!first.is_ascii_alphabetic() || begins_money(bytes) || begins_time(bytes))
}

/// With a digit, half a day, a zone, what stands behind amounts, or a space beyond ASCII.
#[inline]
fn ends_as_number(bytes: &[u8]) -> bool {
    let is_end = |last: &u8| {
        let known = matches!(last, b'M' | b'm' | b'Z' | b'T' | b'C' | b')' | b'-' | b'%');
        known || last.is_ascii_digit() || !last.is_ascii()
    };
    bytes.last().is_some_and(is_end)
}

#[cold]
fn has_digit(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_digit)
}

#[cold]
fn begins_money(bytes: &[u8]) -> bool {
    matches!(bytes, [b'A'..=b'Z', b'A'..=b'Z' | b'$', ..])
}

#[cold]
fn begins_time(bytes: &[u8]) -> bool {
    const NAMES: [&[u8; 3]; 19] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
        b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun",
    ];
    bytes
        .first_chunk::<3>()
        .is_some_and(|three| NAMES.contains(&&three.map(|byte| byte.to_ascii_lowercase())))
}

/// Months that lie between two moments, as ISO 8601 begins dates with them: `2026-03-`. So written, they are in the
/// order of time. Worked out once there are some dates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Between {
    moments: Option<(f64, f64)>,
    dates: u32,
    after: u64,
    before: u64,
}

impl Default for Between {
    fn default() -> Self {
        Self { moments: None, dates: 0, after: u64::MAX, before: 0 }
    }
}

impl Between {
    pub fn set(&mut self, moments: Option<(f64, f64)>) {
        if self.moments != moments {
            *self = Self { moments, ..Self::default() };
        }
    }

    /// Whether a text that begins with a date lies in one of the months of which no day, in any zone, is as early as
    /// the one moment or as late as the other.
    #[inline]
    pub fn holds(&mut self, bytes: &[u8]) -> bool {
        const ENOUGH: u32 = 8;
        let Some(month) = month_of(bytes) else { return false };
        self.dates = self.dates.saturating_add(1);
        if self.dates == ENOUGH {
            self.work_out();
        }
        month > self.after && month < self.before
    }

    #[cold]
    fn work_out(&mut self) {
        let month = |seconds: f64| {
            let in_years = (-60e9..250e9).contains(&seconds);
            let text = in_years.then(|| Instant::from_micros(seconds as i64 * 1_000_000).to_string())?;
            month_of(text.as_bytes())
        };
        let Some((low, high)) = self.moments else { return };
        if let (Some(after), Some(before)) = (month(low + SECONDS_PER_DAY), month(high - SECONDS_PER_DAY)) {
            (self.after, self.before) = (after, before);
        }
    }
}

#[inline]
fn month_of(bytes: &[u8]) -> Option<u64> {
    let month = bytes.first_chunk::<8>()?;
    (bytes.len() >= 10 && month[4] == b'-' && month[7] == b'-').then(|| u64::from_be_bytes(*month))
}

/// Up to fifteen digits with or without a sign and a point: all of them are exact in a float.
#[inline]
pub(super) fn plain(bytes: &[u8]) -> Option<f64> {
    const MOST_DIGITS: usize = 15;
    let (negative, rest) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if rest.len() > MOST_DIGITS + 1 {
        return None;
    }
    let (mut mantissa, mut power, mut after) = (0_u64, 1.0, false);
    for byte in rest {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa * 10 + u64::from(byte - b'0');
                power *= if after { 10.0 } else { 1.0 };
            }
            b'.' if !after => after = true,
            _ => return None,
        }
    }
    let number = mantissa as f64 / power;
    Some(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn glance(text: &str, low: f64, high: f64) -> Option<f64> {
        let bytes = text.as_bytes();
        let inner = |number: f64| number > low && number < high;
        let mut between = Between::default();
        between.set(Some((low, high)));
        between.work_out();
        if !may_be_number(bytes) || between.holds(bytes) || plain(bytes).is_some_and(inner) {
            return None;
        }
        Reader::default().number(text)
    }

    #[test]
    fn what_says_a_number_or_time_is_read() {
        let all = |text: &str| glance(text, f64::INFINITY, f64::NEG_INFINITY);
        assert_eq!(all("1,234.56"), Some(1_234.56));
        assert_eq!(all("($5.00)"), Some(-5.0));
        assert_eq!(all("USD 49.00"), Some(49.0));
        assert_eq!(all("1970-01-02"), Some(SECONDS_PER_DAY));
        assert_eq!(all("Jan 2, 1970"), Some(SECONDS_PER_DAY));
        assert_eq!(all("Fri, 02 Jan 1970 00:00:00 GMT"), Some(SECONDS_PER_DAY));
        for text in ["", "open", "ORD-00017", "slyly final 12", "1,234", "03/04/2026"] {
            assert_eq!(all(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_says_a_number_may_be_one(
            text in " {0,2}(US\\$|CA\\$|R\\$|\\$|€|£|EUR|USD|BRL)?[ \u{a0}]?[-(]?[0-9]{1,3}([,.' ][0-9]{3}){0,2}([.,][0-9]{2})?[-%)]?[ \u{a0}]?(€|\\$|EUR)? {0,2}|\
                    ((Mon|Tuesday|SUN),? )?(Jan|March|September|may) [0-9]{1,2},? [0-9]{4}( [0-9]{1,2}:[0-9]{2}( ?[AaPp][Mm])?( ?(UTC|GMT|Z))?)?|\
                    [ -~]{1,12}",
        ) {
            if scan::read(&text).number.is_some() {
                prop_assert!(may_be_number(text.as_bytes()), "{text:?}");
            }
        }

        /// What is passed over is inner, and nothing else.
        #[test]
        fn a_glance_never_hides_an_end(
            text in "-?[0-9]{1,9}(\\.[0-9]{1,4})?|[12][09][0-9]{2}-[01][0-9]-[0-3][0-9]([T ]1[0-9]:30:00(Z|-11:00)?)?",
            low in -1e10_f64..1e10, width in 0.0_f64..1e10,
        ) {
            let read = scan::read(&text).number.map(|exact| exact.approximate());
            let inner = |number: f64| number > low && number < low + width;
            if let Some(number) = read.filter(|number| !inner(*number)) {
                prop_assert_eq!(glance(&text, low, low + width), Some(number));
            }
        }
    }
}
