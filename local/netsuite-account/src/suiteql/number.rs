//! Numbers as Oracle reads and shows them.

use super::fragment::{Fragment, Type};
use super::refusal::Refusal;

/// A numeric literal.
pub fn literal(digits: &str) -> Fragment {
    Fragment::new(digits.to_owned(), Type::Number, true)
}

/// Reads a text as a number; `None` is Oracle's ORA-01722.
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let plausible = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    (plausible && !text.is_empty()).then(|| text.parse().ok()).flatten()
}

/// The message for a text that is no number.
pub const INVALID: &str = "ORA-01722: invalid number";

/// A text used where a number is needed.
pub fn from_text(fragment: &Fragment) -> Result<String, Refusal> {
    match &fragment.text {
        Some(text) => {
            parse(text).ok_or_else(|| Refusal::search(INVALID))?;
            Ok(text.trim().trim_start_matches('+').to_owned())
        }
        None => Ok(format!("ns_number({})", fragment.sql)),
    }
}

/// Shows a number: no exponent, no trailing zeros, at most ten decimals.
pub fn show(value: f64) -> String {
    let text = format!("{value:.10}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_cents_show_as_cents() {
        assert_eq!(show(0.1 + 0.2), "0.3");
        assert_eq!(show(-0.0), "0");
        assert_eq!(show(1_250_000.0), "1250000");
    }

    #[test]
    fn what_is_no_number_is_not_read_as_one() {
        assert_eq!(parse("12x"), None);
        assert_eq!(parse("inf"), None);
        assert_eq!(parse(" 12.5 "), Some(12.5));
    }
}
