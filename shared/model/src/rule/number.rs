//! Texts that are numbers.

use rust_decimal::Decimal;

/// The longest text that is a number: what a database's widest decimal has digits.
const MOST_CHARACTERS: usize = 38;

/// The number that a text is, for comparing it with one. The one rule of every adapter: 1 to 38 characters, which are
/// digits with an optional sign before and an optional point and digits behind them. So `1`, `01`, `+1` and `1.0`
/// are the number 1, while ` 1`, `1.`, `.5`, `1e0`, `1,000` and an empty text are no number and equal none. `None`
/// too for more digits than a decimal has, which no number here has either.
pub fn number_in(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if text.len() > MOST_CHARACTERS || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    let number = Decimal::from_str_exact(&format!("{whole}{point}{fraction}")).ok()?;
    Some(if text.starts_with('-') && !number.is_zero() { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_number_however_many_zeros_it_has_and_by_no_other_spelling() {
        for one in ["1", "01", "+1", "1.0", "1.000000000", "00000000000000000000000000000000000001"] {
            assert_eq!(number_in(one), Some(Decimal::ONE), "{one}");
        }
        assert_eq!(number_in("-0.50"), Some(Decimal::new(-5, 1)));
        assert_eq!(number_in("-0.00").map(|zero| zero.to_string()).as_deref(), Some("0"));
        assert_eq!(number_in(&Decimal::MAX.to_string()), Some(Decimal::MAX));
        let smallest = Decimal::new(1, 28);
        assert_eq!(number_in(&smallest.to_string()), Some(smallest));
        for none in [
            "",
            " 1",
            "1 ",
            "1.",
            ".5",
            "+",
            "-",
            ".",
            "1e0",
            "1,000",
            "1_000",
            "--1",
            "1.0.0",
            "0x1",
            "NaN",
            "\u{0661}",
            "000000000000000000000000000000000000001",
            "99999999999999999999999999999999999999",
        ] {
            assert_eq!(number_in(none), None, "{none}");
        }
    }
}
