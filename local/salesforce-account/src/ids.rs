//! Record ids: 15 characters that mind their case, and 3 more that make them safe where case is lost.
//!
//! The characters are those of base 62 in ASCII order, so ids compared byte by byte sort by creation. Compared
//! without case they do not.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
/// What the first record's number is counted from, so that small orgs have ids of both cases as well.
const FIRST: u64 = 62 * 62 * 62 * 7;

/// The 18 characters of the record with this number among those of its object.
pub fn id(prefix: &str, number: i64) -> String {
    let mut digits = [b'0'; 9];
    let mut rest = FIRST + number.unsigned_abs();
    for digit in digits.iter_mut().rev() {
        *digit = usize::try_from(rest % 62).map_or(b'0', |index| ALPHABET[index]);
        rest /= 62;
    }
    let short = format!("{prefix}Ks0{}", String::from_utf8_lossy(&digits));
    format!("{short}{}", suffix(&short))
}

/// The three characters that say which of the fifteen are upper case.
fn suffix(short: &str) -> String {
    short
        .as_bytes()
        .chunks(5)
        .map(|chunk| {
            let bits = chunk.iter().enumerate().filter(|(_, c)| c.is_ascii_uppercase());
            char::from(SUFFIX[bits.fold(0, |sum, (index, _)| sum | (1 << index)) & 31])
        })
        .collect()
}

/// The 18 characters of an id given as 15 or 18, or `None` when the text is no id.
pub fn normal(text: &str) -> Option<String> {
    let fits = (text.len() == 15 || text.len() == 18) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let short = fits.then(|| text.get(..15)).flatten()?;
    Some(format!("{short}{}", suffix(short)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_creation_with_case_and_not_without() {
        let ids: Vec<String> = (1..2_000).map(|n| id("001", n)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        let lower: Vec<String> = ids.iter().map(|i| i[..15].to_lowercase()).collect();
        assert!(lower.windows(2).any(|pair| pair[0] >= pair[1]));
    }

    #[test]
    fn the_suffix_is_the_vendors() {
        // The pair that the vendor's help page on 15 and 18 characters shows.
        assert_eq!(normal("0017000000Z5i5U").as_deref(), Some("0017000000Z5i5UAAR"));
        assert_eq!(normal("0017000000Z5i5UAAR"), normal("0017000000Z5i5U"));
        assert_eq!(normal("0017000000Z5i5"), None);
        assert_eq!(normal("0017000000Z5i5'"), None);
    }
}
