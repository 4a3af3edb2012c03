//! Figures as people read them.

/// `1,234,567`.
pub fn count(n: u64) -> String {
    grouped(&n.to_string())
}

/// `99.8 %`: only what is whole is shown as 0 or 100.
pub fn share(part: f64, of: f64) -> String {
    if of <= 0.0 || part <= 0.0 {
        return "0 %".to_owned();
    }
    if part >= of {
        return "100 %".to_owned();
    }
    let percent = 100.0 * part / of;
    match percent {
        p if p < 0.1 => "<0.1 %".to_owned(),
        p if p > 99.9 => ">99.9 %".to_owned(),
        p => format!("{p:.1} %"),
    }
}

/// Commas between thousands of a number as text.
pub fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(whole, part)| (whole, Some(part)));
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut text = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_not_rounded_to_what_they_are_not() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(grouped("-1234.50"), "-1,234.50");
        assert_eq!(share(999_999.0, 1_000_000.0), ">99.9 %");
        assert_eq!(share(1.0, 1_000_000.0), "<0.1 %");
        assert_eq!(share(1.0, 3.0), "33.3 %");
    }
}
